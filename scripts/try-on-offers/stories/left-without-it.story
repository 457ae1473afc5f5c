programme try-on-offers
# proves: BB1 BB3 BB5 S53
2026-05-01        enrol     alice consent personalise      -> nothing
2026-05-01 10:00  activity  alice try_on sku=COAT          -> nothing
2026-05-01 11:00  activity  alice visit_end                -> +1 tried-on until 2026-05-15
# The same coat again within 90 days: no second one. Another article has one of its own.
2026-05-02 10:00  activity  alice try_on sku=COAT          -> nothing
2026-05-02 11:00  activity  alice visit_end                -> nothing
2026-05-03 10:00  purchase  alice 500.00 voucher tried-on  -> refused nothing_to_reward
    1 x coats SCARF 500.00
2026-05-04 10:00  purchase  alice 2000.00 voucher tried-on -> +1800 point, -1 tried-on
    1 x coats COAT 2000.00
2026-05-05 10:00  activity  alice try_on sku=SCARF         -> nothing
2026-05-05 11:00  activity  alice visit_end                -> +1 tried-on until 2026-05-19
2026-07-30 10:00  activity  alice try_on sku=COAT          -> -1 tried-on expired
2026-07-30 11:00  activity  alice visit_end                -> +1 tried-on until 2026-08-13
