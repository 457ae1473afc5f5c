programme corner-cafe
# proves: S1 S158
# Sixty stars are a coffee. Too few are refused, and nothing changes.
2026-01-05        enrol     alice                                  -> nothing
2026-01-05 09:30  purchase  alice 59.00 at mitte                   -> +59 star until 2026-12-31, +59 year-star
2026-01-07        redeem    alice free-coffee                      -> refused insufficient_points
2026-01-07 10:00  purchase  alice 5.00 at mitte                    -> +5 star until 2026-12-31, +5 year-star
2026-01-08        redeem    alice free-coffee                      -> -60 star; balance 4
