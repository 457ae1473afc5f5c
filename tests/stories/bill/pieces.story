programme bill
# proves: BACK4
# A reward pays one piece, whatever the till says.
2026-01-05 given alice 100 point
2026-01-05 purchase alice 30.00                                    -> refused wrong_tender_value; balance 100
    10 x coffee LATTE 30.00
    reward free-coffee worth 30.00
2026-01-05 purchase alice 30.00                                    -> -20 point, +27 point; balance 107
    10 x coffee LATTE 30.00
    reward free-coffee worth 3.00
# Two of them pay two, but not two of one.
2026-01-05 purchase alice 6.00                                     -> -40 point; balance 67
    2 x coffee LATTE 6.00
    reward free-coffee worth 3.00
    reward free-coffee worth 3.00
2026-01-05 purchase alice 6.00                                     -> refused nothing_to_reward; balance 67
    1 x coffee LATTE 3.00
    1 x food CAKE 3.00
    reward free-coffee worth 3.00
    reward free-coffee worth 3.00
# One with a value takes that off the bill.
2026-01-05 purchase alice 8.00                                     -> -30 point, +3 point; balance 40
    1 x food CAKE 3.00
    1 x food PIE 5.00
    reward five-off worth 5.00
