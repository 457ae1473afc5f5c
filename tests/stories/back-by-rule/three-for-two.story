programme back-by-rule
# proves: BACK7 BACK8
# Of three for two the first that comes back gives nothing: two are paid in full.
2026-01-05 enrol alice                                             -> nothing
2026-01-05 purchase alice 10.00 code THREE key three               -> nothing; discount 3.00
    3 x food CAKE 9.00
    1 x food PIE 4.00
    off 3.00 from three
2026-01-06 return alice line 2 of three                            -> nothing; gives 4.00
2026-01-06 return alice line 1 qty 1 of three                      -> nothing; gives 0.00
2026-01-06 return alice line 1 qty 1 of three                      -> nothing; gives 3.00
2026-01-06 return alice line 1 qty 1 of three                      -> nothing; gives 3.00
2026-01-06 return alice all of three                               -> refused too_much_returned
# Rounded down, because the programme says so.
2026-01-10 purchase alice 85.00 code ZHE                           -> nothing; discount 14.99
    1 x food CAKE 99.99
    off 14.99 from zhe
# An amount of the two that are left, after one that gave nothing: 0.666 of a piece.
2026-01-12 purchase alice 6.00 code THREE key amount               -> nothing; discount 3.00
    3 x food CAKE 9.00
    off 3.00 from three
2026-01-13 return alice line 1 qty 1 of amount                     -> nothing; gives 0.00
2026-01-13 return alice line 1 amount 2.00 of amount               -> nothing; gives 2.00
2026-01-13 return alice line 1 qty 1 of amount                     -> nothing; gives 2.99
2026-01-13 return alice line 1 of amount                           -> nothing; gives 1.01
