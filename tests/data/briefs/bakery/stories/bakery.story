programme bakery
# Monday 2 March 2026: two loaves and a cake are two stamps. Good through 28 August (180 days, 2 March the first).
2026-03-02 09:00  enrol     alice        -> nothing
2026-03-02 09:00  purchase  alice 13.00  -> +2 stamp until 2026-08-28; balance 2
    2 x bread RYE 9.00
    1 x cake TART 4.00
# Only cake: nothing.
2026-03-03 09:00  purchase  alice 4.00   -> nothing; balance 2
    1 x cake TART 4.00
# Sunday 8 March: at 10:59 two for a loaf, at eleven one.
2026-03-08 10:59  purchase  alice 13.50  -> +3 stamp until 2026-09-03, +3 stamp until 2026-09-03; balance 8
    3 x bread RYE 13.50
2026-03-08 11:00  purchase  alice 9.00   -> +2 stamp until 2026-09-03; balance 10
    2 x bread RYE 9.00
# Monday: one loaf of two is for nothing, so one stamp.
2026-03-09 09:00  purchase  alice 9.00   -> -10 stamp, +1 stamp until 2026-09-04; balance 1
    2 x bread RYE 9.00
    reward free-loaf
    pays cash 4.50
2026-03-09 09:05  purchase  alice 4.50   -> refused insufficient_points; balance 1
    1 x bread RYE 4.50
    reward free-loaf
# Sunday 15 March at eight, one of three free: two count, twice.
2026-03-14 08:00  given     bob 10 stamp
2026-03-15 08:00  purchase  bob 13.50    -> -10 stamp, +2 stamp until 2026-09-10, +2 stamp until 2026-09-10; balance 4
    3 x bread RYE 13.50
    reward free-loaf
    pays cash 9.00
# The stamp of alice ends: still there on 4 September, gone on the 5th.
2026-09-04        daily                  -> nothing
2026-09-05        daily                  -> alice -1 stamp expired; balance 0
