programme restaurant
2026-01-05        enrol     anna born 06-10          -> nothing
2026-01-05        enrol     ben born 06-10           -> nothing
2026-01-05        enrol     cleo born 06-10          -> nothing
2026-01-05        given     anna 3000 point
2026-01-05        given     ben 3000 point
# The office was closed on the birthday (two days late): it still counts from there. Half of 20.00 are 1000 points, also beside a dessert.
2026-06-12        daily                                            -> anna +1 dessert until 2026-06-16; sends happy-birthday
    -> ben +1 dessert until 2026-06-16; sends happy-birthday
    -> cleo +1 dessert until 2026-06-16; sends happy-birthday
2026-06-13 20:00  purchase  anna 20.00 voucher dessert paid 1000 point -> +10 point, -1 dessert, -1000 point
2026-06-13 20:00  purchase  ben 20.00 voucher dessert paid 1001 point -> refused over_limit
2026-06-13 20:00  purchase  cleo 6.00 voucher dessert              -> -1 dessert
2026-06-15        return    anna all                               -> +1 dessert back until 2026-06-16, +1000 point back, -10 point; gives 2.00
2026-06-20        daily                                            -> anna -1 dessert expired
    -> ben -1 dessert expired
