programme vouchers
# A return takes back the vouchers that the purchase gave, where they are still there.
2026-03-01  enrol     alice                                        -> nothing
2026-03-01  purchase  alice 300.00 key one                         -> +300 star, +1 free-drink from 2026-03-02 until 2026-03-31, +1 cup, +1 sample
    1 x beans ETHIOPIA 250.00
    1 x food SCONE 50.00
2026-03-01  return    alice line 2 of one                          -> -50 star
2026-03-01  return    alice line 1 of one                          -> -250 star, -1 free-drink, -1 cup, -1 sample
2026-03-02  purchase  alice 80.00 key two                          -> +80 star, +1 free-drink from 2026-03-03 until 2026-04-01, +1 sample
    1 x beans ETHIOPIA 80.00
2026-03-03  purchase  alice 20.00 voucher free-drink               -> +1 free-drink released, -1 free-drink
    1 x coffee LATTE 20.00
2026-03-03  void      alice of two                                 -> refused has_dependents
2026-03-03  return    alice all of two                             -> -80 star, -1 sample
