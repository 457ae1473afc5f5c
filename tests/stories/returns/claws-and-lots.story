programme returns
# A return while a hold of other lots' order matters: own lots, then spend order.
2026-01-05 enrol alice                                             -> nothing
2026-01-05 purchase alice 10.00                                    -> +10 point until 2027-01-04
2026-02-05 purchase alice 10.00 key second                         -> +10 point until 2027-02-04
2026-03-05 purchase alice 10.00                                    -> +10 point until 2027-03-04
2026-03-06 redeem alice 15 point                                   -> -15 point; lots 5 until 2027-02-04, 10 until 2027-03-04
2026-03-06 return alice all of second                              -> -10 point; lots 5 until 2027-03-04
# In parts it is the same.
2026-03-07 purchase alice 10.00 key fourth                         -> +10 point until 2027-03-06
2026-03-07 return alice 4.00 of fourth                             -> -4 point; lots 5 until 2027-03-04, 6 until 2027-03-06
2026-03-07 return alice 6.00 of fourth                             -> -6 point; lots 5 until 2027-03-04
# Split or not, what has expired counts once: 30 earned, 20 expired, 10 spent.
2026-03-08 enrol bob                                               -> nothing
2026-03-08 purchase bob 30.00 key b                                -> +30 point until 2027-03-07
2026-03-08 redeem bob 10 point                                     -> -10 point
2027-03-08 purchase bob 50.00                                      -> -20 point expired, +50 point until 2028-03-07
2027-03-09 return bob 15.00 of b                                   -> nothing; balance 50
2027-03-09 return bob 10.00 of b                                   -> -5 point; balance 45
2027-03-09 return bob 5.00 of b                                    -> -5 point; balance 40
