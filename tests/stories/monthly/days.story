programme monthly
# proves: PC86
# Who joins on one of the days waits for the next.
2026-01-31  enrol    alice        -> nothing
2026-02-01  daily                 -> alice +5 point
2026-02-02  daily                 -> alice nothing; sends nothing
2026-02-07  purchase alice 10.00  -> nothing
2026-02-13  purchase alice 10.00  -> +13 point
2026-02-14  purchase alice 10.00  -> +10 point
2026-02-21  purchase alice 10.00  -> nothing
2026-02-28  daily                 -> alice +5 point
2026-03-01  daily                 -> alice +5 point
2026-03-13  purchase alice 10.00  -> +13 point
2026-04-13  purchase alice 10.00  -> +5 point, +5 point; balance 61 point
