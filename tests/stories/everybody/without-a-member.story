programme everybody
# proves: EVERY1
# Money off at once for whoever buys, and points where the sale is claimed, once.
2026-01-05 quote 30.00                                          -> nothing; discount 10.00
    3 x food CAKE 30.00
2026-01-05 purchase 20.00 off 10.00 from three key a            -> nothing; discount 10.00; warns nothing
    3 x food CAKE 30.00
2026-01-05 purchase 30.00                                       -> nothing; discount 10.00; warns discount_differs
    3 x food CAKE 30.00
2026-01-05 quote 30.00 code SPRING                              -> nothing; discount 3.00
2026-01-05 purchase 27.00 code SPRING off 3.00 from spring key b -> nothing; discount 3.00; warns nothing
2026-01-05 pause spring                                         -> nothing
2026-01-05 quote 30.00 code SPRING                              -> nothing; discount 0.00
2026-01-05 resume spring                                        -> nothing
# Members get what is theirs as well: the better of two.
2026-01-05 enrol ann                                            -> nothing
2026-01-05 quote ann 30.00 code SPRING                          -> +30 point; discount 6.00
2026-01-05 claim ann slip a                                     -> +20 point, +5 point; balance 25; discount 0.00; warns nothing
2026-01-05 claim ann slip a                                     -> refused code_used
# What comes back is decided again by the rule, claimed or not: of three for two the first gives nothing.
2026-01-06 purchase 20.00 off 10.00 from three key c            -> nothing; discount 10.00; warns nothing
    3 x food CAKE 30.00
2026-01-06 return of c line 1 qty 1                             -> nothing; gives 0.00
2026-01-06 return of c line 1 qty 1                             -> nothing; gives 10.00
2026-01-06 return ann of a line 1 qty 1                         -> -5 point; gives 0.00; balance 20
2026-01-06 return ann all of a                                  -> -20 point; gives 20.00; balance 0
2026-01-06 return all of b                                      -> nothing; gives 27.00
