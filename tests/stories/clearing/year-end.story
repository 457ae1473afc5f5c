programme clearing
# proves: B0.10 B0.12
# B0.10: everything ends with the year: 1001 expire, and nothing is left.
2026-02-01 enrol alice                                             -> nothing
2026-02-01 purchase alice 600.00                                   -> +600 point until 2026-12-31
2026-12-30 purchase alice 401.00 key last                          -> +401 point until 2026-12-31; tier silver
2027-01-01 daily                                                   -> alice -1001 point expired; balance 0; lots none
# B0.12: only what still exists is taken back: nothing; the balance is never below 0.
2027-01-02 return alice all of last                                -> nothing; balance 0
# So also in parts.
2027-02-01 purchase alice 10.00 key ten                            -> +10 point until 2027-12-31
2028-01-01 daily                                                   -> alice -10 point expired
2028-01-02 return alice 4.00 of ten                                -> nothing; balance 0
2028-01-02 purchase alice 3.00                                     -> +3 point until 2028-12-31
2028-01-03 return alice all of ten                                 -> nothing; balance 3
