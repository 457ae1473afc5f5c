programme loss
# proves: B2.2 B2.5
# 3 of 10 is not below 30 %. A purchase that was paid with one comes back: 2 of 10 are.
2026-03-02 10:00  enrol     alice                  -> nothing
2026-03-02        purchase  alice 50.00            -> +1 coupon until 2026-04-30
2026-03-02        purchase  alice 50.00            -> +1 coupon until 2026-04-30
2026-03-02        purchase  alice 50.00            -> +1 coupon until 2026-04-30
2026-03-02        purchase  alice 50.00            -> +1 coupon until 2026-04-30
2026-03-02        purchase  alice 50.00            -> +1 coupon until 2026-04-30
2026-03-02        purchase  alice 50.00            -> +1 coupon until 2026-04-30
2026-03-02        purchase  alice 50.00            -> +1 coupon until 2026-04-30
2026-03-02        purchase  alice 50.00            -> +1 coupon until 2026-04-30
2026-03-02        purchase  alice 50.00            -> +1 coupon until 2026-04-30
2026-03-02        purchase  alice 50.00            -> +1 coupon until 2026-04-30
2026-03-03        purchase  alice 10.00 voucher coupon -> -1 coupon
2026-03-03        purchase  alice 10.00 voucher coupon -> -1 coupon
2026-03-04        purchase  alice 10.00 voucher coupon key last -> -1 coupon
2026-03-09        daily                            -> nothing; campaign coupons running
2026-03-10        return    alice all of last      -> +1 coupon back until 2026-04-30; gives 5.00
2026-03-11        daily                            -> nothing; campaign coupons paused
# What was given stays good, and nothing more is given.
2026-03-12        purchase  alice 60.00 voucher coupon -> -1 coupon
2026-03-13        daily                            -> nothing; campaign coupons paused
