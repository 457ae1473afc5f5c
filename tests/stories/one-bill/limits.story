programme one-bill
# proves: BILL1
# Limits count what the same bill takes as well: a reward once, a day or of a stock.
2026-01-05 given alice 1000 point
2026-01-05 given alice 1000 star
2026-01-05 given alice 5000 mile
2026-01-05 purchase alice 20.00 reward once worth 5.00 reward once worth 5.00   -> refused over_limit
2026-01-05 purchase alice 20.00 reward daily worth 5.00 reward daily worth 5.00 -> refused over_limit
2026-01-05 purchase alice 20.00 reward last worth 5.00 reward last worth 5.00   -> refused out_of_stock
2026-01-05 quote purchase alice 20.00 reward last worth 5.00 reward last worth 5.00 -> refused out_of_stock
2026-01-05 purchase alice 20.00 if_short book reward last worth 5.00 reward last worth 5.00 key two -> -10 point; collects 5.00
2026-01-05 purchase alice 20.00 reward once worth 5.00 reward daily worth 5.00  -> -10 point, -10 star
# So many points at a time are so many on a bill; a reward beside them has its own price.
2026-01-06 purchase alice 20.00 paid 80 star paid 80 star                       -> refused over_limit
2026-01-06 quote purchase alice 20.00 paid 80 star paid 80 star                 -> refused over_limit
2026-01-06 purchase alice 20.00 if_short book paid 80 star paid 80 star         -> -80 star; collects 8.00
2026-01-06 purchase alice 20.00 reward daily worth 5.00 paid 60 star paid 40 star -> -110 star
# Half of a bill is half of it, in however many tenders.
2026-01-07 purchase alice 20.00 paid 600 mile paid 600 mile                     -> refused over_limit
2026-01-07 purchase alice 20.00 paid 600 mile paid 400 mile                     -> -1000 mile
