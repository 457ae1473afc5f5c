programme survey-thanks
# proves: S13 B8 S12
2026-03-01  enrol     alice                                -> nothing
2026-03-01  enrol     bob                                  -> nothing
2026-03-02  activity  alice answer survey=spring score=2   -> +20 point until 2027-03-01
2026-03-02  activity  bob answer survey=spring score=10    -> +20 point until 2027-03-01
# A second answer to the same survey, and one off the scale.
2026-03-03  activity  alice answer survey=spring score=9   -> refused already_counted
2026-03-03  activity  alice answer survey=summer score=78  -> refused bad_input
2026-06-03  activity  alice answer survey=summer score=7   -> +20 point until 2027-06-02; balance 40
