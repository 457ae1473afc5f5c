programme activities
# What counts once counts once; a field is what the programme says it is.
2026-01-01        enrol     alice                       -> nothing
2026-01-01        enrol     bob                         -> nothing
2026-01-02        activity  alice run id=r1 km=5.2      -> refused no_consent
2026-01-02        consent   alice give health notice v1 -> nothing
2026-01-02        activity  alice run id=r1 km=5.2      -> +1 point
2026-01-02        activity  alice run id=r1 km=5.20     -> refused already_counted
2026-01-03        activity  alice run id=r2 km=0.4      -> nothing; warns too_short
2026-01-03        activity  alice run id=r3 km=x        -> refused bad_input
2026-01-03        activity  alice run id=r3             -> refused bad_input
2026-01-03        activity  alice run id=r3 km=1 pace=5 -> refused bad_input
2026-01-03        activity  alice run id=r3 km=1        -> +2 point
2026-01-31        activity  alice run id=r4 km=1        -> +3 point
2026-02-01        activity  alice run id=r5 km=1        -> +3 point
2026-02-02        consent   alice withdraw health       -> nothing; balance 9
2026-02-02        activity  alice run id=r6 km=1        -> refused no_consent
2026-02-03        activity  alice survey survey=q1 score=10 -> +20 point
2026-02-03        activity  alice survey survey=q1 score=3  -> refused already_counted
2026-02-03        activity  bob   survey survey=q1 score=2  -> +20 point
2026-02-03        activity  bob   survey survey=q2 score=78 -> refused bad_input
2026-02-03        activity  bob   dance                     -> refused unknown_activity
