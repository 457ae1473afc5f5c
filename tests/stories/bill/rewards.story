programme bill
# A reward pays one line of its category, whatever that costs; what it pays does not earn.
2026-01-05 given alice 100 point
2026-01-05 purchase alice 14.50 reward free-coffee worth 4.50      -> -20 point, +10 point; balance 90
    1 x coffee LATTE 4.50
    1 x food CAKE 10.00
2026-01-05 purchase alice 10.00 reward free-coffee worth 4.50      -> refused nothing_to_reward
    1 x food CAKE 10.00
2026-01-05 purchase alice 10.00 reward five-off worth 5.00         -> -30 point, +5 point; balance 65
2026-01-05 purchase alice 10.00 reward five-off worth 6.00         -> refused wrong_tender_value
2026-01-05 redeem alice five-off                                   -> -30 point; balance 35
2026-01-05 redeem alice six-off                                    -> refused unknown_reward
