programme returns
# R10: a return takes the points of its own purchase, not the oldest ones.
2026-01-05 enrol alice                                             -> nothing
2026-01-05 purchase alice 30.00                                    -> +30 point until 2027-01-04
2026-02-05 purchase alice 20.00                                    -> +20 point until 2027-02-04
2026-02-06 return alice all                                        -> -20 point; lots 30 until 2027-01-04
# Where the own lot is spent in part, the rest comes from the others.
2026-02-07 purchase alice 20.00 key second                         -> +20 point until 2027-02-06
2026-02-07 redeem alice 40 point                                   -> -40 point; lots 10 until 2027-02-06
2026-02-07 purchase alice 5.00                                     -> +5 point until 2027-02-06
2026-02-08 return alice all of second                              -> -20 point; balance -5; lots none
# R3: points that are not spendable yet are taken back as well.
2026-03-01 enrol bob                                               -> nothing
2026-03-01 purchase bob 10.00 code LATER                           -> +10 point until 2027-02-28, +30 point from 2026-03-15 until 2027-02-28; balance 10; pending 30
2026-03-02 return bob all                                          -> -40 point; balance 0; pending 0
2026-03-02 purchase bob 10.00 code LATER                           -> +10 point until 2027-03-01, +30 point from 2026-03-16 until 2027-03-01
2026-03-16 daily                                                   -> bob +30 point released; balance 40; pending 0
