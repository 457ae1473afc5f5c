programme returns
# proves: B0.7 A15
# B0.7: 3.00 earns 3; half back takes 2, the other half 1: what is kept decides.
2026-01-05 enrol alice                                             -> nothing
2026-01-05 purchase alice 3.00                                     -> +3 point until 2027-01-04, +3 count
2026-01-06 return alice 1.50                                       -> -2 point, -2 count; balance 1; qualifying 1
2026-01-07 return alice 1.50                                       -> -1 point, -1 count; balance 0; qualifying 0
# A15: 2 x 50 earn 100; one of them back leaves 50, whether by quantity, line or amount.
2026-01-08 purchase alice 100.00                                   -> +100 point until 2027-01-07
    2 x food CAKE 100.00
2026-01-08 return alice line 1 qty 1                               -> -50 point; balance 50; gives 50.00
2026-01-08 return alice line 1 qty 1                               -> -50 point; balance 0; gives 50.00
# A10: a sale of 200, half of it returned; then a return of what has gone back already.
2026-01-09 purchase alice 200.00                                   -> +200 point until 2027-01-08
    1 x food CAKE 100.00
    1 x food PIE 100.00
2026-01-09 return alice line 2                                     -> -100 point; balance 100; gives 100.00
2026-01-09 return alice line 2 qty 1                               -> refused too_much_returned
2026-01-09 return alice line 1 amount 40.00                        -> -40 point; balance 60; gives 40.00
2026-01-09 return alice all                                        -> -60 point; balance 0; gives 60.00
# Three pieces for 10.00: the parts add up to the whole, to the cent.
2026-01-10 purchase alice 10.00                                    -> +10 point until 2027-01-09
    3 x food CAKE 10.00
2026-01-10 return alice line 1 qty 1                               -> -4 point; gives 3.33
2026-01-10 return alice line 1 qty 1                               -> -3 point; gives 3.33
2026-01-10 return alice line 1 qty 1                               -> -3 point; gives 3.34; balance 0
# An unknown purchase is refused.
2026-01-11 return alice all of no-such-key                         -> refused unknown_purchase
2026-01-11 enrol bob                                               -> nothing
2026-01-11 purchase bob 5.00 key bobs                              -> +5 point until 2027-01-10
2026-01-11 return alice all of bobs                                -> refused wrong_member
