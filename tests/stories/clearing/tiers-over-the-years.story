programme clearing
# Gold in 2026; the review of 1 January 2028 looks at 2027. Down by one step, a
# month later: T6, the tier is judged before points expire.
2026-06-01 enrol alice                                             -> nothing; tier bronze
2026-06-01 purchase alice 5000.00                                  -> +5000 point until 2026-12-31; tier gold
2027-01-01 daily                                                   -> alice -5000 point expired; tier gold
2027-06-01 purchase alice 10.00                                    -> +10 point until 2027-12-31; tier gold
2028-01-01 daily                                                   -> alice -10 point expired; tier gold
2028-01-31 daily                                                   -> nothing
2028-01-31 purchase alice 1.00 code SILVER                         -> +1 point until 2028-12-31; tier gold
2028-02-01 daily                                                   -> alice nothing; tier silver
2029-01-01 daily                                                   -> alice -1 point expired; tier silver
2029-02-01 daily                                                   -> alice nothing; tier bronze
# T2: the lowest tier is held from the first day, and reached again by nobody.
2029-02-02 enrol bob                                               -> nothing; tier bronze
