programme stop-loss
# proves: B2.6
# Ten that were taken back do not count: 27 of 90 is 30 %.
2026-03-02 10:00  enrol     alice              -> nothing
2026-03-02 11:00  purchase  alice 5000.00      -> +5000 point, +100 coupon until 2026-04-30
2026-03-03        adjust    alice -10 coupon because misprint -> -10 coupon
2026-03-03        redeem    alice 27 coupon    -> -27 coupon
2026-03-09        daily                        -> nothing; campaign coupons running
