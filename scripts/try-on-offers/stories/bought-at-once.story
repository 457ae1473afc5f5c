programme try-on-offers
# proves: BB2
2026-05-01        enrol     alice consent personalise      -> nothing
2026-05-01 10:00  activity  alice try_on sku=COAT          -> nothing
2026-05-01 10:30  purchase  alice 2000.00                  -> +2000 point
    1 x coats COAT 2000.00
2026-05-01 11:00  activity  alice visit_end                -> nothing
