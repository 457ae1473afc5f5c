programme returns
# R16: a bonus from 50.00 on is owed only while 50.00 are kept.
2026-01-05 enrol alice                                             -> nothing
2026-01-05 purchase alice 60.00 code LARGE                         -> +60 point until 2027-01-04, +10 point until 2027-01-04
2026-01-06 return alice 10.00                                      -> -10 point; balance 60
2026-01-06 return alice 0.01                                       -> -11 point; balance 49
2026-01-06 return alice all                                        -> -49 point; balance 0
# A capped bonus: granted as far as the cap went; returns are taken from what is left of it.
2026-01-07 purchase alice 80.00 code CAPPED                        -> +80 point until 2027-01-06, +50 point until 2027-01-06
2026-01-07 return alice 20.00                                      -> -20 point; balance 110
2026-01-07 return alice 20.00                                      -> -30 point; balance 80
2026-01-07 return alice all                                        -> -80 point; balance 0
