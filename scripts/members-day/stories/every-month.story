programme members-day
# proves: S47
2026-03-06           enrol     alice           -> nothing
2026-03-06           purchase  alice 10.00     -> +10 point
2026-03-07 00:00     purchase  alice 10.00     -> +10 point, +10 point
2026-03-07 23:59:59  purchase  alice 10.00     -> +10 point, +10 point
2026-03-08           purchase  alice 10.00     -> +10 point
2026-03-14           purchase  alice 10.00     -> +10 point
2026-04-04           purchase  alice 10.00     -> +10 point, +10 point
2026-05-02           purchase  alice 10.00     -> +10 point, +10 point
