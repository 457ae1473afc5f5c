programme stop-loss
# proves: O4 B2.1 B2.4 S115 S177
# 29 of 100: the campaign pauses with its figures, and gives nothing more.
# What it gave stays good, and it never resumes by itself.
2026-03-02 10:00  enrol     alice              -> nothing
2026-03-02 11:00  purchase  alice 5000.00      -> +5000 point, +100 coupon until 2026-04-30
2026-03-03        redeem    alice 29 coupon    -> -29 coupon
2026-03-08        daily                        -> nothing; campaign coupons running
2026-03-09        daily                        -> nothing; campaign coupons paused
2026-03-09 11:00  purchase  alice 100.00       -> +100 point
2026-03-10        redeem    alice 40 coupon    -> -40 coupon
2026-03-11        daily                        -> nothing; campaign coupons paused
# Whoever resumes it has it judged by what it gives from then on.
2026-03-12        resume    coupons because new texts -> nothing
2026-03-13        daily                        -> nothing; campaign coupons running
2026-03-13 11:00  purchase  alice 100.00       -> +100 point, +2 coupon until 2026-05-11
