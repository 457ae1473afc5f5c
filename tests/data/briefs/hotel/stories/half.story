programme hotel
# Silver, 89 euros: 890 and a quarter, 222.50, which is 222.
2026-03-01 08:00  given     carla silver
2026-03-02 10:00  purchase  carla 89.00   -> +890 point from 2026-03-05, +222 point from 2026-03-05
    1 x room SINGLE 89.00
# The bar alone gives nothing.
2026-03-03 10:00  purchase  carla 20.00   -> nothing
    1 x bar DRINKS 20.00
