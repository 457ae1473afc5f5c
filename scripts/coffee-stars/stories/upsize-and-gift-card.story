programme coffee-stars
# A star pays at most four yuan of one coffee, and nothing of the cake; 25 buy a gift card of 78 yuan.
2026-03-01  given     alice 60 star
2026-03-01  purchase  alice 800.00                                 -> +16 level-star; tier gold
2026-03-01  purchase  alice 82.00                                  -> +1 level-star, +1 star until 2027-03-31, -1 star
    1 x coffee LATTE 32.00
    1 x food CAKE 50.00
    reward upsize worth 4.00
2026-03-02  purchase  alice 50.00                                  -> refused nothing_to_reward
    1 x food CAKE 50.00
    reward upsize
2026-03-03  redeem    alice gift-card                              -> +1 gift-card until 2027-03-03, -25 star
2026-03-04  purchase  alice 82.00 voucher gift-card                -> -1 gift-card
    1 x coffee LATTE 82.00
