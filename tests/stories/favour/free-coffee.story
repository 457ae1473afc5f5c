programme favour
# proves: PC15
# The fourth coffee is free, and earns no stamp; those beside it do.
2026-01-01 enrol alice                                             -> nothing
2026-01-01 purchase alice 12.00                                    -> +12 mile, +4 stamp
    4 x coffee LATTE 12.00
2026-01-02 purchase alice 9.00 reward free-coffee worth 3.00       -> +6 mile, +2 stamp, -3 stamp
    3 x coffee LATTE 9.00
# A price that does not divide: a piece of 10.00 for three is one piece at 3.33.
2026-01-03 purchase alice 10.00 reward free-coffee worth 3.33      -> +6 mile, +2 stamp, -3 stamp
    3 x coffee LATTE 10.00
# Money off is no piece: the coffee was bought.
2026-01-04 purchase alice 6.00 reward two-off worth 2.00           -> +4 mile, +2 stamp, -1 stamp
    2 x coffee LATTE 6.00
# A voucher pays a piece like a reward.
2026-01-05 issue alice free-coffee                                 -> +1 free-coffee
2026-01-05 purchase alice 6.00 voucher free-coffee worth 3.00      -> +3 mile, +1 stamp, -1 free-coffee
    2 x coffee LATTE 6.00
# What is kept of it counts, in proportion where the line was half free.
2026-01-06 return alice line 1 qty 1                               -> -2 mile, -1 stamp; gives 1.50
2026-01-06 return alice all                                        -> +1 free-coffee back, -1 mile; gives 1.50
