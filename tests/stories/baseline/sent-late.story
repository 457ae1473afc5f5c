programme baseline
# proves: S95
# What happened on 31 December and was sent on 1 January belongs to the old year: it
# ends with it, half goes on, and it counts toward the old year's figures.
2026-12-01 enrol alice                                             -> nothing
2026-12-01 purchase alice 990.00                                   -> +990 point until 2026-12-31; tier bronze
2027-01-01 10:00 purchase alice 10.00 happened 2026-12-31 23:00    -> -495 point expired, +10 point until 2026-12-31, +10 growth; balance 495; tier silver; qualifying 0
2027-01-01 10:01 daily                                             -> alice -5 point expired; balance 500; lots 495 until 2027-12-31, 5 until 2027-12-31
