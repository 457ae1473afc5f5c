programme baseline
# proves: S170
# The same as daily-every-time, with one run years later: the same effects.
2026-02-01 enrol alice                                             -> nothing
2026-02-01 enrol bob                                               -> nothing
2026-02-01 purchase alice 5000.00                                  -> +5000 point until 2026-12-31; tier gold
2026-03-01 purchase bob 1001.00                                    -> +1001 point until 2026-12-31; tier silver
2026-11-01 redeem alice 7 point                                    -> -7 point
2029-02-01 daily                                                   -> alice -2496 point expired, -1248 point expired, -624 point expired; balance 625; lots 625 until 2029-12-31; tier bronze
    -> bob -500 point expired, -250 point expired, -125 point expired; balance 126; lots 126 until 2029-12-31; tier bronze
