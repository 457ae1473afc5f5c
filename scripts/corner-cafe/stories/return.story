programme corner-cafe
# What goes back takes its stars with it, spent or not: a debt is paid by the
# next stars.
2026-01-05        enrol     alice                                  -> nothing
2026-01-05 09:30  purchase  alice 80.00 at mitte                   -> +80 star until 2026-12-31, +80 year-star
2026-01-07        redeem    alice free-coffee                      -> -60 star; balance 20
2026-01-08        return    alice all                              -> -80 star, -80 year-star
2026-01-09 09:30  purchase  alice 100.00 at mitte                  -> +100 star until 2026-12-31, +100 year-star; balance 40
