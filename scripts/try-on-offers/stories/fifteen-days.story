programme try-on-offers
# proves: BB7
2026-05-01        enrol     alice consent personalise      -> nothing
2026-05-01 10:00  activity  alice try_on sku=COAT          -> nothing
2026-05-01 11:00  activity  alice visit_end                -> +1 tried-on until 2026-05-15
2026-05-15        daily                                    -> nothing
2026-05-16        daily                                    -> alice -1 tried-on expired
