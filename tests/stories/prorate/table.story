programme prorate
# proves: C1.6-2
# 1.6, R4: what is taken back is a function of what has come back, in whatever
# steps it came, and at the end nothing is left. Here: floor(2 x returned / 21.90).
2026-01-05 enrol m1                                                -> nothing
2026-01-05 purchase m1 21.90                                       -> +2 point
2026-01-05 return m1 1.00                                          -> nothing; balance 2; gives 1.00
2026-01-05 return m1 all                                           -> -2 point; balance 0
2026-01-05 enrol m2                                                -> nothing
2026-01-05 purchase m2 21.90                                       -> +2 point
2026-01-05 return m2 2.00                                          -> nothing; balance 2; gives 2.00
2026-01-05 return m2 all                                           -> -2 point; balance 0
2026-01-05 enrol m3                                                -> nothing
2026-01-05 purchase m3 21.90                                       -> +2 point
2026-01-05 return m3 10.00                                         -> nothing; balance 2; gives 10.00
2026-01-05 return m3 all                                           -> -2 point; balance 0
2026-01-05 enrol m4                                                -> nothing
2026-01-05 purchase m4 21.90                                       -> +2 point
2026-01-05 return m4 11.00                                         -> -1 point; balance 1; gives 11.00
2026-01-05 return m4 all                                           -> -1 point; balance 0
2026-01-05 enrol m5                                                -> nothing
2026-01-05 purchase m5 21.90                                       -> +2 point
2026-01-05 return m5 12.00                                         -> -1 point; balance 1; gives 12.00
2026-01-05 return m5 all                                           -> -1 point; balance 0
2026-01-05 enrol m6                                                -> nothing
2026-01-05 purchase m6 21.90                                       -> +2 point
2026-01-05 return m6 20.00                                         -> -1 point; balance 1; gives 20.00
2026-01-05 return m6 all                                           -> -1 point; balance 0
2026-01-08 enrol last                                              -> nothing
2026-01-08 purchase last 21.90                                     -> +2 point
2026-01-08 return last 21.90                                       -> -2 point; balance 0; gives 21.90
2026-01-08 return last 0.01                                        -> refused too_much_returned
