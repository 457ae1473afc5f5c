programme expiry
# proves: C1.2-7 C1.2-8 C1.7-1 C1.7-2 C1.7-3 C1.7-4 C1.7-5
# A last day is included: what is good until 31 January is gone at midnight of 1 February.
2018-01-22 enrol alice                                             -> nothing
2018-01-22 purchase alice 10.00 code MONTH_END                     -> +10 month-end until 2018-01-31
2018-01-31 23:59:59 redeem alice 1 month-end                       -> -1 month-end
2018-02-01 00:00 redeem alice 1 month-end                          -> -9 month-end expired, refused insufficient_points
2018-06-01 purchase alice 10.00 code YEAR_END                      -> +10 year-end until 2018-12-31
2019-01-01 00:00 redeem alice 1 year-end                           -> -10 year-end expired, refused insufficient_points
# Six months after the month, a year after the month.
2020-07-06 purchase alice 1.00 code YEAR_MONTH                     -> +1 year-month until 2021-07-31
2020-12-15 purchase alice 1.00 code HALF_YEAR_MONTH                -> +1 half-year-month until 2021-06-30
2021-07-01 daily                                                   -> alice -1 half-year-month expired
2021-08-01 daily                                                   -> alice -1 year-month expired
# A month later, that day included; the end of January has no 31 February.
2022-01-25 purchase alice 1.00 code MONTH_DAY_END                  -> +1 month-day-end until 2022-02-25
2022-01-31 purchase alice 1.00 code MONTH_DAY_END                  -> +1 month-day-end until 2022-02-28
2022-02-28 23:59:59 redeem alice 1 month-day-end                   -> -1 month-day-end expired, -1 month-day-end
# Good for the day alone.
2022-03-01 purchase alice 1.00 code TODAY                          -> +1 today until 2022-03-01
2022-03-02 00:00 redeem alice 1 today                              -> -1 today expired, refused insufficient_points
