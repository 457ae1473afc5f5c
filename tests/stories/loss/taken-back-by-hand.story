programme loss
# proves: B2.6
# Two that were taken back do not count: 3 of 10 are used, not 3 of 12.
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
2026-03-02        purchase  alice 50.00            -> +1 coupon until 2026-04-30
2026-03-02        withdraw  alice coupon because misprint       -> -1 coupon
2026-03-02        withdraw  alice coupon because misprint       -> -1 coupon
2026-03-03        purchase  alice 10.00 voucher coupon -> -1 coupon
2026-03-03        purchase  alice 10.00 voucher coupon -> -1 coupon
2026-03-03        purchase  alice 10.00 voucher coupon -> -1 coupon
2026-03-12        purchase  alice 50.00            -> +1 coupon until 2026-05-10
2026-03-19        daily                            -> nothing; campaign coupons running
