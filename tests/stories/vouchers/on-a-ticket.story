programme vouchers
# A ticket is paid with a voucher as a sale is.
2026-03-01  enrol     alice                                        -> nothing
2026-03-01  issue     alice five-off                               -> +1 five-off
2026-03-02  purchase  alice 20.00 key first                        -> +20 star
    1 x food SCONE 20.00
2026-03-03  ticket    alice 30.00 back first voucher five-off      -> -20 star, +25 star, -1 five-off; gives 20.00
    1 x food CAKE 30.00
    pays cash 5.00
2026-03-03  ticket    alice 30.00 voucher again                    -> refused code_used
    1 x food CAKE 30.00
