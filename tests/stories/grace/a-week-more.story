programme grace
# R9: points that come back to a lot that has ended live on for the days of grace.
2026-01-20 enrol alice                                             -> nothing
2026-01-20 purchase alice 10.00                                    -> +10 point until 2026-01-31
2026-01-25 purchase alice 10.00 paid 10 point                      -> -10 point
2026-02-10 return alice all                                        -> +10 point back until 2026-02-17; balance 10; gives 0.00
2026-02-17 redeem alice 3 point                                    -> -3 point; balance 7
2026-02-18 daily                                                   -> alice -7 point expired; balance 0
# A lot that has not ended keeps its own end.
2026-03-02 purchase alice 10.00                                    -> +10 point until 2026-03-31
2026-03-03 purchase alice 10.00 paid 10 point                      -> -10 point
2026-03-04 return alice all                                        -> +10 point back until 2026-03-31
