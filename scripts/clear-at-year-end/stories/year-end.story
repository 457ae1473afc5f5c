programme clear-at-year-end
# proves: S36 B0.10 B0.12
2026-02-01        enrol     alice                     -> nothing
2026-02-01        purchase  alice 600.00              -> +600 point until 2026-12-31
2026-12-30        purchase  alice 401.00 key late     -> +401 point until 2026-12-31
2026-12-31 23:59  redeem    alice 1 point             -> -1 point; balance 1000
2027-01-01        daily                               -> alice -1000 point expired; balance 0
# What comes back later takes only what is still there: nothing, and never below 0.
2027-01-02        return    alice all of late         -> nothing; balance 0
