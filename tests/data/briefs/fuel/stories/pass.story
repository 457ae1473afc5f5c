programme fuel
2026-05-04 07:00  enrol     alice         -> nothing
2026-05-04 07:01  purchase  alice 75.00   -> +42 point
    42.7 x fuel E10 70.00
    1 x shop COFFEE 5.00
2026-05-04 18:00  purchase  alice 80.00   -> +58 point; balance 100
    40.0 x premium ULTIMATE 80.00
2026-05-05 18:00  purchase  alice 60.00   -> +60 point; balance 160
    30.9 x premium ULTIMATE 60.00
2026-05-06        given     bob 950 point
2026-05-06        redeem    bob wash      -> -300 point; balance 650
2026-05-07        redeem    bob wash      -> -300 point; balance 350
2026-05-08        redeem    bob wash      -> refused over_limit
2026-06-01        redeem    bob wash      -> -300 point; balance 50
# Twelve months after the last purchase.
2027-05-04        daily                   -> nothing
2027-05-06        daily                   -> alice -160 point expired; balance 0
