programme back-by-line
# proves: BACK6 BACK7 BACK8 BACK9
# Litres that come back by amount take their share of the points for litres.
2026-01-05 enrol alice                                             -> nothing
2026-01-05 purchase alice 59.15 key fuel                           -> +35 litre
    35.42 x fuel DIESEL 59.15
2026-01-06 return alice line 1 amount 30.00 of fuel                -> -18 litre; gives 30.00
2026-01-06 return alice all of fuel                                -> -17 litre; gives 29.15
2026-01-06 purchase alice 59.15 key again                          -> +35 litre
    35.42 x fuel DIESEL 59.15
2026-01-07 return alice 30.00 of again                             -> -18 litre; gives 30.00
2026-01-07 return alice all of again                               -> -17 litre; gives 29.15
# Three for two, by what was paid: a third each.
2026-01-08 purchase alice 10.00 code THREE key three               -> nothing; discount 3.00
    3 x food CAKE 9.00
    1 x food PIE 4.00
    off 3.00 from three
2026-01-09 return alice line 2 of three                            -> nothing; gives 4.00
2026-01-09 return alice line 1 qty 1 of three                      -> nothing; gives 2.00
2026-01-09 return alice line 1 qty 1 of three                      -> nothing; gives 2.00
2026-01-09 return alice line 1 qty 1 of three                      -> nothing; gives 2.00
# 85 per cent of 99.99 are 84.99, halves up.
2026-01-10 purchase alice 84.99 code ZHE                           -> nothing; discount 15.00
    1 x food CAKE 99.99
    off 15.00 from zhe
# Points that would pay nothing stay where they are.
2026-01-11 given alice 10 point
2026-01-11 purchase alice 1.00 paid 2 point worth 0.00             -> refused below_minimum; balance 10 point
2026-01-11 purchase alice 1.00 paid 3 point                        -> -3 point; balance 7 point
