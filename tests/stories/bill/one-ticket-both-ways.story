programme bill
# proves: SALE4
# Goods sold and goods returned on one slip: all of it, or nothing.
2026-01-05 purchase alice 30.00 enrolling at mitte key first       -> +30 point
    1 x food CAKE 10.00
    1 x food PIE 20.00
# An even exchange: 10 points go, 10 come.
2026-01-06 ticket alice 10.00 back first line 1 key even at mitte till t1 receipt 9 -> -10 point, +10 point; gives 10.00; balance 30
    1 x food TART 10.00
2026-01-06 ticket alice 10.00 back first line 1 key even at mitte till t1 receipt 9 -> repeated; balance 30
    1 x food TART 10.00
# More comes back than is sold.
2026-01-07 ticket alice 5.00 back first line 2 key out             -> -20 point, +5 point; gives 20.00; balance 15
    1 x food BUN 5.00
    pays cash -15.00
# The sale falls short, so nothing comes back either.
2026-01-08 ticket alice 5.00 back out key short                    -> refused insufficient_points; balance 15
    paid 50 point
    pays cash -5.00
# With points that the return gives back.
2026-01-08 given bob 20 point
2026-01-08 purchase bob 2.00 paid 20 point key paid                -> -20 point; balance 0
2026-01-09 ticket bob 2.00 back paid key swap                      -> +20 point back, -20 point; gives 0.00; balance 0
    paid 20 point
# Only back, of two purchases.
2026-01-10 ticket alice back out back even key all                 -> -5 point, -10 point; gives 15.00; balance 0
