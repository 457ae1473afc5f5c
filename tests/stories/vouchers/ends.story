programme vouchers
# A voucher ends like points do; one that comes back after its end lives on for the days of grace.
2026-03-01  enrol     alice                                        -> nothing
2026-03-01  issue     alice free-drink                             -> +1 free-drink until 2026-03-31
2026-03-01  issue     alice free-drink until 2026-03-05            -> +1 free-drink until 2026-03-05
2026-03-02  purchase  alice 30.00 voucher free-drink key one       -> -1 free-drink
    1 x coffee LATTE 30.00
2026-04-01  daily                                                  -> alice -1 free-drink expired
2026-04-01  purchase  alice 30.00 voucher free-drink               -> refused code_lapsed
    1 x coffee LATTE 30.00
2026-04-02  return    alice all of one                             -> +1 free-drink back until 2026-04-05
2026-04-05  purchase  alice 30.00 voucher free-drink               -> -1 free-drink
    1 x coffee LATTE 30.00
2026-04-06  daily                                                  -> nothing
