programme vouchers
# proves: ROUND1
2026-03-01  enrol     alice                                        -> nothing
2026-03-01  issue     alice tenth-off                              -> +1 tenth-off
2026-03-01  purchase  alice 49.99 voucher tenth-off                -> refused below_minimum
2026-03-01  purchase  alice 59.95 voucher tenth-off worth 6.01     -> refused wrong_tender_value
2026-03-01  purchase  alice 59.95 voucher tenth-off worth 6.00     -> +53 star, -1 tenth-off
