programme restaurant
2026-01-05        enrol     anna born 06-10          -> nothing
2026-01-05        enrol     bob born 06-10           -> nothing
2026-01-05        enrol     carl born 06-10          -> nothing
2026-06-09        daily                              -> nothing
2026-06-10        daily                              -> anna +1 dessert until 2026-06-16; sends happy-birthday
                                                     -> bob +1 dessert until 2026-06-16; sends happy-birthday
                                                     -> carl +1 dessert until 2026-06-16; sends happy-birthday
# Good on the seventh day; 32.00 are left to pay: 160 points.
2026-06-16 21:00  purchase  anna 40.00 voucher dessert -> -1 dessert, +160 point
2026-06-16 21:10  purchase  anna 40.00 voucher again -> refused code_used
2026-06-17        daily                              -> bob -1 dessert expired
                                                     -> carl -1 dessert expired
2026-06-17 21:00  purchase  bob 40.00 voucher dessert -> refused code_lapsed
