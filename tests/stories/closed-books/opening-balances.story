programme closed-books
# A balance from another system ends as if it had been earned here on its day.
2026-01-05 10:00  enrol     alice                                     -> nothing
2026-01-05 11:00  opening   alice 500 star happened 2025-06-01        -> +500 star until 2026-05-31; balance 500
2026-01-05 12:00  opening   alice 40 year-star happened 2025-12-31    -> +40 year-star; qualifying 0
2026-01-05 13:00  opening   alice 7 year-star                         -> +7 year-star; qualifying 7
2026-06-01        daily                                               -> alice -500 star expired
