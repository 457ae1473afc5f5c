programme expiry-reminder
# proves: S39
# All points of a month end together, so there is one reminder for them.
2024-01-10        enrol     alice                     -> nothing
2024-01-10 10:00  purchase  alice 60.00               -> +60 point until 2026-01-31
2024-01-20 10:00  purchase  alice 40.00               -> +40 point until 2026-01-31
2024-02-20 10:00  purchase  alice 5.00                -> +5 point until 2026-02-28
2026-01-01        daily                               -> alice nothing; sends nothing
2026-01-02        daily                               -> alice nothing; sends points-end
2026-01-03        daily                               -> alice nothing; sends nothing
2026-01-25        daily                               -> alice nothing; sends points-end
2026-01-31        daily                               -> alice nothing; sends points-end, points-end
2026-02-01        daily                               -> alice -100 point expired; sends nothing
# What is spent needs no reminder; what was earned since is about another end.
2026-02-10        redeem    alice 5 point             -> -5 point
2026-02-28        daily                               -> alice nothing; sends nothing
