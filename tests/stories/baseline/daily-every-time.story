programme baseline
# proves: S18
# What falls due, booked on its day. late-daily tells the same story with one run.
2026-02-01 enrol alice                                             -> nothing
2026-02-01 enrol bob                                               -> nothing
2026-02-01 purchase alice 5000.00                                  -> +5000 point until 2026-12-31; tier gold
2026-03-01 purchase bob 1001.00                                    -> +1001 point until 2026-12-31; tier silver
2026-11-01 redeem alice 7 point                                    -> -7 point
2027-01-01 daily                                                   -> alice -2496 point expired; balance 2497; tier gold
    -> bob -500 point expired; balance 501; tier silver
2028-01-01 daily                                                   -> alice -1248 point expired; balance 1249; tier gold
    -> bob -250 point expired; balance 251; tier silver
2028-02-01 daily                                                   -> alice nothing; tier silver
    -> bob nothing; tier bronze
2029-01-01 daily                                                   -> alice -624 point expired; tier silver
    -> bob -125 point expired
2029-02-01 daily                                                   -> alice nothing; balance 625; lots 625 until 2029-12-31; tier bronze
    -> bob nothing; balance 126; lots 126 until 2029-12-31; tier bronze
