programme returns
# The expired rest of the purchase's own lots counts as given back.
2026-01-05 enrol alice                                             -> nothing
2026-01-05 purchase alice 30.00 key first                          -> +30 point until 2027-01-04
2026-12-01 purchase alice 50.00                                    -> +50 point until 2027-11-30
2026-12-01 redeem alice 10 point                                   -> -10 point
2027-01-05 daily                                                   -> alice -20 point expired; balance 50
2027-01-06 return alice all of first                               -> -10 point; balance 40
# R9: points that paid go back to their lot; if it has ended meanwhile, they are dead.
2027-01-06 enrol bob                                               -> nothing
2027-01-06 purchase bob 40.00                                      -> +40 point until 2028-01-05
2027-12-20 purchase bob 10.00 paid 10 point                        -> -10 point
2028-01-06 daily                                                   -> alice -40 point expired; balance 0
    -> bob -30 point expired; balance 0
2028-01-07 return bob all                                          -> +10 point back until 2028-01-05; balance 0
2028-01-08 daily                                                   -> bob -10 point expired
