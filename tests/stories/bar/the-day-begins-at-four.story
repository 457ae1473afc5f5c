programme bar
# Friday is from four on Friday to four on Saturday; the month ends with its last day.
2026-11-20 enrol alice                                             -> nothing
2026-11-21 03:59:59 purchase alice 10.00                           -> +10 point until 2026-11-30, +10 point until 2026-11-30
2026-11-21 04:00 purchase alice 10.00                              -> +10 point until 2026-11-30
2026-12-01 03:59:59 redeem alice 1 point                           -> -1 point; balance 29
2026-12-01 03:59:59 purchase alice 5.00                            -> +5 point until 2026-11-30
2026-12-01 04:00 redeem alice 1 point                              -> -34 point expired, refused insufficient_points
2026-12-04 04:00 purchase alice 10.00                              -> +10 point until 2026-12-31, +10 point until 2026-12-31
