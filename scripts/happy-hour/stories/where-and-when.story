programme happy-hour
# proves: S63
2026-03-02           enrol     alice                     -> nothing
2026-03-02 08:59:59  purchase  alice 20.00 at station    -> +20 point, +10 point
2026-03-02 09:00     purchase  alice 20.00 at station    -> +20 point
2026-03-03 08:00     purchase  alice 20.00 at harbour    -> +20 point
2026-03-07 08:00     purchase  alice 20.00 at station    -> +20 point
# Over midnight; from 30 yuan on, and once a day.
2026-03-07 22:00     purchase  alice 29.99 at harbour    -> +29 point
2026-03-07 22:00     purchase  alice 30.00 at harbour    -> +30 point, +10 point
2026-03-07 23:00     purchase  alice 30.00 at harbour    -> +30 point
2026-03-08 01:59:59  purchase  alice 30.00 at harbour    -> +30 point, +10 point
2026-03-08 02:00     purchase  alice 30.00 at harbour    -> +30 point
