programme below-zero
# proves: SALE9
# A bill that earns less than 0 takes what the same goods would have given; deposits do not earn.
2026-01-05 enrol ann                                            -> nothing
2026-01-05 purchase ann 30.00 key a                             -> +30 point, +1 point; balance 31; qualifying 30 year-point
2026-01-06 purchase ann -8.00 key b                             -> -8 point, +1 point; balance 24; qualifying 22 year-point
2026-01-06 quote ann -4.00                                      -> -8 point, +1 point
    -2 x tea TEA -6.00
    1 x food CAKE 2.00
2026-01-06 purchase ann -4.00 key c                             -> -8 point, +1 point; balance 17
    -2 x tea TEA -6.00
    1 x food CAKE 2.00
2026-01-06 purchase ann 1.75 key d                              -> -8 point, +1 point; balance 10
    -1 x food PAN -8.00
    1 x deposit CRATE 9.75
2026-01-06 purchase ann -0.25                                   -> +1 point; balance 11; qualifying 10 year-point
    1 x deposit CRATE -0.25
# What comes back of them is decided again: the cake, then the tea, whose points come again.
2026-01-07 return ann of c line 2                               -> -2 point; gives 2.00; balance 9; qualifying 8 year-point
2026-01-07 return ann of c line 1                               -> +9 point; gives -6.00; balance 18; qualifying 14 year-point
2026-01-07 return ann all of d                                  -> +7 point; gives 1.75; balance 25; qualifying 22 year-point
2026-01-07 void ann of b                                        -> +8 point back, -1 point; balance 32; qualifying 30 year-point
# What is spent is owed, and the next sale fills it.
2026-01-08 redeem ann 32 point                                  -> -32 point
2026-01-08 purchase ann -8.00 key e                             -> -8 point, +1 point; balance -7
2026-01-09 purchase ann 10.00                                   -> +10 point, +1 point; balance 4
2026-01-09 return ann all of e                                  -> +7 point; gives -8.00; balance 11
