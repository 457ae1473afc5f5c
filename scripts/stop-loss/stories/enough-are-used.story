programme stop-loss
# proves: O4 B2.2 B2.5
# 30 of 100 is not below 30 %. One use undone later makes it 29.
2026-03-02 10:00  enrol     alice              -> nothing
2026-03-02 11:00  purchase  alice 5000.00      -> +5000 point, +100 coupon until 2026-04-30
2026-03-03        redeem    alice 29 coupon    -> -29 coupon
2026-03-04        redeem    alice 1 coupon     -> -1 coupon
2026-03-09        daily                        -> nothing; campaign coupons running
2026-03-10        void      alice because mistake -> +1 coupon back until 2026-04-30
2026-03-11        daily                        -> nothing; campaign coupons paused
