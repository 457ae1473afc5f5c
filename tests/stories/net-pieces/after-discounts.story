programme net-pieces
# proves: BILL2
# A loaf at half price costs 1.50, and so much a reward for one loaf pays.
2026-01-05 given alice 100 point
2026-01-05 purchase alice 3.00 reward loaf worth 3.00              -> refused wrong_tender_value; balance 100 point
    2 x bread LOAF 6.00
    off 3.00 line 1
2026-01-05 purchase alice 3.00 reward loaf pays cash 1.50 key half -> -9 point, +1 point; balance 92 point
    2 x bread LOAF 6.00
    off 3.00 line 1
2026-01-05 return alice line 1 qty 1 of half                       -> -1 point, +4 point back; gives 0.75
2026-01-05 return alice line 1 qty 1 of half                       -> +5 point back; gives 0.75; balance 100 point
# A discount on the whole bill is one on its loaves.
2026-01-06 purchase alice 5.00 reward loaf worth 1.51              -> refused wrong_tender_value
    2 x bread LOAF 6.00
    1 x food CAKE 4.00
    off 5.00
2026-01-06 purchase alice 5.00 reward loaf pays cash 3.50 key whole -> -9 point, +3 point; balance 94 point
    2 x bread LOAF 6.00
    1 x food CAKE 4.00
    off 5.00
# What a campaign takes off its own lines, though the till named none.
2026-01-07 issue alice drink                                       -> +1 drink
2026-01-07 purchase alice 83.00 code HALF voucher drink worth 3.00 -> refused wrong_tender_value
    2 x coffee LATTE 6.00
    1 x goods TV 80.00
    off 3.00 from half
2026-01-07 purchase alice 83.00 code HALF voucher drink worth 1.50 -> -1 drink, +81 point; discount 3.00
    2 x coffee LATTE 6.00
    1 x goods TV 80.00
    off 3.00 from half
# A piece is paid for once, whatever pays.
2026-01-08 issue alice drink                                       -> +1 drink
2026-01-08 purchase alice 7.00 reward coffee worth 3.00 voucher drink worth 3.00 -> refused nothing_to_reward
    1 x coffee LATTE 3.00
    1 x food CAKE 4.00
2026-01-08 purchase alice 10.00 reward coffee voucher drink pays cash 4.00 -> -5 point, -1 drink, +4 point
    2 x coffee LATTE 6.00
    1 x food CAKE 4.00
# Each finds its own piece where the till leaves the amounts to the ledger.
2026-01-09 purchase alice 9.00 reward coffee reward coffee pays cash 2.00 -> -10 point, +2 point
    1 x coffee LATTE 3.00
    1 x coffee FLAT 4.00
    1 x food CAKE 2.00
# Nothing is left to be paid of what is free already.
2026-01-09 purchase alice 2.00 reward coffee worth 1.00            -> refused nothing_to_reward
    1 x coffee LATTE 3.00
    1 x food CAKE 2.00
    off 3.00 line 1
