programme coffee-stars
# Nine stars buy a tall drink in one entry; with eight nothing is written.
# proves: SB5
2026-03-01  given     alice 1 star
2026-03-01  purchase  alice 800.00 -> nothing; tier gold
2026-03-01  purchase  alice 800.00                                 -> +16 star until 2027-03-31
2026-03-01  redeem    alice tall-drink                             -> +1 tall-drink until 2026-03-31, -9 star
2026-03-01  redeem    alice tall-drink                             -> refused insufficient_points
2026-03-01  given     bob jade, 20 star
2026-03-01  redeem    bob tall-drink                               -> refused tier_required
2026-03-02  purchase  alice 82.00 voucher tall-drink               -> +1 star until 2027-03-31, -1 tall-drink
    1 x coffee LATTE 32.00
    1 x food CAKE 50.00
2026-03-02  purchase  alice 80.00 pays gift_card 80.00             -> +2 star until 2027-03-31
