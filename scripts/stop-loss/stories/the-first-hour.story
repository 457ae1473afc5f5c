programme stop-loss
# proves: B2.3
# Ten were given an hour ago and none was used: too early to say.
2026-03-02 10:00  enrol     alice              -> nothing
2026-03-02 11:00  purchase  alice 500.00       -> +500 point, +10 coupon until 2026-04-30
2026-03-02 12:00  daily                        -> nothing; campaign coupons running
2026-03-20        daily                        -> nothing; campaign coupons running
