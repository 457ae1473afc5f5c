programme bill
# proves: SALE3
# The queue of a till that was cut off: what the member had is spent meanwhile. The sale
# is booked, and what the points should have paid is still to be collected.
2026-01-05 given alice 50 point
2026-01-05 purchase alice 10.00 if_short book paid 40 point        -> -40 point, +6 point
2026-01-05 purchase alice 10.00 paid 40 point key short            -> refused insufficient_points; balance 16
2026-01-06 purchase alice 10.00 if_short book paid 40 point key q1 -> +10 point; collects 4.00; balance 26
2026-01-06 purchase alice 10.00 if_short book paid 40 point key q1 -> repeated; collects 4.00; balance 26
# Each tender by itself: what is left after the first is not enough for the second.
2026-01-07 purchase alice 20.00 if_short book paid 20 point paid 20 point key two -> -20 point, +18 point; collects 2.00; balance 24
# All of it back: the points that paid, no more, and what was collected as money.
2026-01-08 return alice all of two                                 -> -18 point, +20 point back; gives 18.00; balance 26
# A reward that pays for nothing on the bill, and points that are worth another amount by now.
2026-01-09 purchase alice 10.00 if_short book reward free-coffee worth 4.50 -> +10 point; collects 4.50
    1 x food CAKE 10.00
2026-01-09 purchase alice 10.00 if_short book paid 10 point worth 2.00 -> +10 point; collects 2.00
# What is wrong with the sale itself is still wrong.
2026-01-09 purchase alice 10.00 if_short book paid 10 point worth 11.00 -> refused does_not_add_up
2026-01-09 purchase nobody 10.00 if_short book paid 10 point       -> refused unknown_member
# Whatever a tender lacks: no piece and no amount, a name nobody knows, a code nobody has.
2026-01-10 purchase alice 10.00 if_short book reward free-coffee pays cash 7.00 -> +10 point; collects 3.00
    1 x food CAKE 10.00
2026-01-10 purchase alice 10.00 if_short book reward gone pays cash 7.00  -> +10 point; collects 3.00
2026-01-10 purchase alice 10.00 if_short book reward gone worth 3.00 pays cash 7.00 -> +10 point; collects 3.00
2026-01-10 purchase alice 10.00 if_short book voucher wrong pays cash 7.00 -> +10 point; collects 3.00
2026-01-10 purchase alice 10.00 if_short book voucher wrong worth 3.00 pays cash 7.00 -> +10 point; collects 3.00
2026-01-10 purchase alice 10.00 reward gone pays cash 7.00                -> refused unknown_reward
