programme returns
# proves: C1.4-3
# R5: a sale of 106, 50 of it by points, half returned: 28 of 56 are kept (others keep 3).
# R6: the points that paid come back in proportion, to their own lot and end (R9).
2026-01-05 given alice 100 point
2026-02-05 purchase alice 106.00 paid 50 point                     -> -50 point, +56 point until 2027-02-04; balance 106
2026-02-06 return alice 53.00                                      -> -28 point, +25 point back until 2027-01-04; balance 103; gives 28.00
2026-02-06 return alice all                                        -> -28 point, +25 point back until 2027-01-04; balance 100; gives 28.00; lots 100 until 2027-01-04
# The remainder of points that do not divide comes with the last part.
2026-02-07 purchase alice 3.00 paid 2 point                        -> -2 point, +1 point until 2027-02-06
2026-02-07 return alice 1.00                                       -> -1 point; gives 0.34
2026-02-07 return alice 1.00                                       -> +1 point back until 2027-01-04; gives 0.33
2026-02-07 return alice 1.00                                       -> +1 point back until 2027-01-04; gives 0.33; balance 100
# R17: a reward that paid comes back with what it paid for.
2026-02-08 purchase alice 14.50 reward free-coffee worth 4.50      -> -7 point, +10 point until 2027-02-07
    1 x coffee LATTE 4.50
    1 x food CAKE 10.00
2026-02-09 return alice all                                        -> -10 point, +7 point back until 2027-01-04; balance 100; gives 10.00
