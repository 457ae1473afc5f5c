programme favour
# proves: PC13
# A month that lacks the day is good to its end.
2026-12-30 enrol alice                                             -> nothing
2026-12-30 enrol bob                                               -> nothing
2026-12-30 purchase alice 10.00                                    -> +10 mile
2026-12-31 purchase bob 10.00                                      -> +10 mile
2028-06-29 23:59:59 daily                                          -> nothing
2028-06-30 00:00 daily                                             -> alice -10 mile expired
2028-06-30 23:59:59 daily                                          -> nothing
2028-07-01 00:00 daily                                             -> bob -10 mile expired
