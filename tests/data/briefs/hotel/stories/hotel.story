programme hotel
2026-03-01 08:00  enrol     alice         -> nothing; tier basic
# 300.90 for three nights: 300 whole euros, 3000 points, from the 4th on. The bar earns nothing.
2026-03-01 10:00  purchase  alice 320.90  -> +3000 point from 2026-03-04; balance 0; pending 3000; qualifying 3 night; tier basic
    3 x room DOUBLE 300.90
    1 x bar DRINKS 20.00
2026-03-03        daily                   -> nothing
2026-03-04        daily                   -> alice +3000 point released; balance 3000; pending 0
# Seven more nights are ten: silver, from the next stay on.
2026-03-15 10:00  purchase  alice 700.00  -> +7000 point from 2026-03-18; tier silver; qualifying 10 night
    7 x room DOUBLE 700.00
2026-03-18        daily                   -> alice +7000 point released; balance 10000
# 20 nights, 2000 euros: 20000 and a quarter, 5000; 30 nights: gold.
2026-05-01 10:00  purchase  alice 2000.00 -> +20000 point from 2026-05-04, +5000 point from 2026-05-04; tier gold; qualifying 30 night
    20 x room DOUBLE 2000.00
2026-05-04        daily                   -> alice +20000 point released, +5000 point released; balance 35000
# One night at 89.50: 890 and half of it, 445.
2026-05-10 10:00  purchase  alice 89.50   -> +890 point from 2026-05-13, +445 point from 2026-05-13; tier gold
    1 x room SINGLE 89.50
2026-05-13        daily                   -> alice +890 point released, +445 point released; balance 36335
# Gold was reached on 1 May 2026. A year later 21 nights count (from 1 May 2026): silver.
2027-04-30        daily                   -> alice nothing; tier gold
2027-05-01        daily                   -> alice nothing; tier silver
# Another year later none: basic, two steps are not needed.
2028-05-01        daily                   -> alice nothing; tier basic
