programme new-point-value
# proves: S21
2026-03-01           given     alice 2000 point
2026-03-31           redeem    alice four-off                             -> refused policy_refused
2026-03-31 23:59:59  purchase  alice 15.00 reward five-off worth 5.00 key old -> -500 point, +10 point; balance 1510
# No point is lost on the day, only its value is another one.
2026-04-01 00:00     purchase  alice 15.00 reward five-off worth 5.00     -> refused policy_refused; balance 1510
2026-04-01 00:00     purchase  alice 15.00 reward four-off worth 4.00     -> -500 point, +11 point; balance 1021
# What was paid in March comes back as it was paid in March.
2026-04-02           return    alice all of old                           -> -10 point, +500 point back; balance 1511; gives 10.00
