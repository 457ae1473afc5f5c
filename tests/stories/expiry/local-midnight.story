programme expiry
# Days end at midnight on the shop's wall: in summer and winter, and on the day on
# which the clock changes (29 March 2026, 25 October 2026).
2026-03-28 enrol alice                                             -> nothing
2026-03-28 23:59:59 purchase alice 10.00 code MONTH_END            -> +10 month-end until 2026-03-31
2026-03-31 23:59:59 purchase alice 1.00 code MONTH_END             -> +1 month-end until 2026-03-31
2026-04-01 00:00 purchase alice 2.00 code MONTH_END                -> -11 month-end expired, +2 month-end until 2026-04-30
2026-09-25 purchase alice 5.00 code DAYS                           -> -2 month-end expired, +5 days until 2026-10-24
2026-10-24 23:59:59 redeem alice 1 days                            -> -1 days; balance 4 days
2026-10-25 00:00 redeem alice 1 days                               -> -4 days expired, refused insufficient_points
