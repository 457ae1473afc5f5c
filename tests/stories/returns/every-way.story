programme returns
# N9: the same 100.00 returned whole, in halves, by lines, in cents: the same end.
2026-01-05 enrol a                                                 -> nothing
2026-01-05 purchase a 99.97                                        -> +99 point until 2027-01-04
    3 x food CAKE 66.64
    1 x food PIE 33.33
2026-01-05 return a line 1 qty 2                                   -> -44 point; gives 44.42; balance 55
2026-01-05 return a line 1 amount 0.01                             -> nothing; gives 0.01
2026-01-05 return a line 2                                         -> -33 point; gives 33.33; balance 22
2026-01-05 return a all                                            -> -22 point; gives 22.21; balance 0
2026-01-05 return a all                                            -> refused too_much_returned
# With a discount on the whole and delivery: each part takes its share along.
2026-01-05 enrol b                                                 -> nothing
2026-01-05 purchase b 94.90                                        -> +90 point until 2027-01-04
    1 x food CAKE 60.00
    1 x food PIE 40.00
    off 10.00
    charge delivery 4.90
2026-01-05 return b line 2                                         -> -36 point; gives 36.00; balance 54
2026-01-05 return b line 1                                         -> -54 point; gives 54.00; balance 0
2026-01-05 return b all                                            -> nothing; gives 4.90
2026-01-05 return b all                                            -> refused too_much_returned
# A return can be undone, the last one first, and made again.
2026-01-06 enrol c                                                 -> nothing
2026-01-06 purchase c 10.00 key sale                               -> +10 point until 2027-01-05
2026-01-06 return c 4.00 of sale key one                           -> -4 point; balance 6
2026-01-06 return c 4.00 of sale key two                           -> -4 point; balance 2
2026-01-06 void c of one                                           -> refused has_dependents
2026-01-06 void c of two                                           -> +4 point back until 2027-01-05; balance 6
2026-01-06 return c all of sale                                    -> -6 point; gives 6.00; balance 0
