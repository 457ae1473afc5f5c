programme corner-cafe
# On 1 January half of what is left goes on for another year, rounded up.
2026-01-05        enrol     alice                                  -> nothing
2026-01-05 09:30  purchase  alice 29.00 at mitte                   -> +29 star until 2026-12-31, +29 year-star
2026-04-01        redeem    alice 10 star                          -> -10 star; balance 19
2026-04-01        redeem    alice 20 star                          -> refused insufficient_points
2027-01-01        daily                                            -> alice -9 star expired; balance 10
