programme corner-cafe
# One star for each euro; cents are added up first and rounded down once.
2026-01-05        enrol     alice                                  -> nothing
2026-01-05 09:30  purchase  alice 29.00 at mitte                   -> +29 star until 2026-12-31, +29 year-star
2026-01-07 10:00  purchase  alice 4.50 at mitte                    -> +4 star until 2026-12-31, +4 year-star
    1 x coffee LATTE 3.00
    1 x food SCONE 1.50
2026-01-07 10:05  purchase  alice 0.99 at mitte                    -> nothing
