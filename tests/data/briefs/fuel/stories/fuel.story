programme fuel
2026-01-05 08:00  enrol     alice         -> nothing
# 41.70 litres are 41 points; the coffee earns nothing.
2026-01-05 09:00  purchase  alice 83.00   -> +41 point; balance 41
    41.70 x fuel DIESEL 80.00
    1 x shop COFFEE 3.00
# 30.90 litres of premium are twice 30.
2026-01-06 09:00  purchase  alice 62.00   -> +60 point; balance 101
    30.90 x premium SUPER 62.00
# 55 litres the same day: 60 + 40 is 100, and no more.
2026-01-06 10:00  purchase  alice 99.00   -> +40 point; balance 141
    55 x fuel DIESEL 99.00
2026-01-06 11:00  purchase  alice 99.00   -> nothing; balance 141
    55 x fuel DIESEL 99.00
# Next day: 10.50 fuel and 10.50 premium are 10 + 20.
2026-01-07 11:00  purchase  alice 40.00   -> +30 point; balance 171
    10.50 x fuel DIESEL 19.00
    10.50 x premium SUPER 21.00
2026-01-08 11:00  purchase  alice 3.00    -> nothing; balance 171
    1 x shop COFFEE 3.00
2026-01-08 11:05  redeem    alice wash    -> refused insufficient_points; balance 171
# Only the shop since 7 January: all of it ends as 7 January 2027 begins.
2026-12-30 11:00  purchase  alice 3.00    -> nothing; balance 171
    1 x shop COFFEE 3.00
2027-01-06        daily                   -> nothing
2027-01-07        daily                   -> alice -171 point expired; balance 0
