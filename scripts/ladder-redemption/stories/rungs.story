programme ladder-redemption
# proves: S20 B4
# 3700 points pay 30 + 12 + 5 = 47 yuan of a bill, and 200 are left.
2026-03-01  given     alice 3700 point
2026-03-01  purchase  alice 47.00             -> -3500 point; balance 200
    reward off-30 worth 30.00
    reward off-12 worth 12.00
    reward off-5 worth 5.00
2026-03-01  redeem    alice off-5             -> refused insufficient_points; balance 200
# One point too few is too few.
2026-03-02  given     bob 499 point
2026-03-02  redeem    bob off-5               -> refused insufficient_points; balance 499
2026-03-02  purchase  bob 1.00                -> +1 point
2026-03-02  redeem    bob off-5               -> -500 point; balance 0
# The highest step pays a hundred.
2026-03-03  given     carl 5000 point
2026-03-03  purchase  carl 100.00                                  -> -5000 point
    reward off-100 worth 100.00
