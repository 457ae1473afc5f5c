programme sports-challenges
# proves: S3 NK1 NK6 NK8 S10
2026-01-01  enrol     alice                -> nothing
2026-01-02  purchase  alice 899.00         -> +899 point
2026-01-03 09:00  activity  alice share    -> +10 point
2026-01-03 12:00  activity  alice share    -> nothing
2026-01-03 23:59  activity  alice share    -> nothing
2026-01-04 00:00  activity  alice share    -> +10 point
# 1.5 times 99 is 148.5: 148 on each line.
2026-01-05  purchase  alice 228.00         -> +99 point, +99 point, +30 point, +49 point, +49 point
    1 x shoe CUSTOM-1 99.00 tag custom
    1 x shoe CUSTOM-2 99.00 tag custom
    1 x sock SOCK 30.00
