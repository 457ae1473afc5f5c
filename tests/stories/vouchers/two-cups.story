programme vouchers
# There are two cups in all: the third buyer gets none, by a campaign or by hand.
2026-03-01  enrol     alice                                        -> nothing
2026-03-01  purchase  alice 200.00                                 -> +200 star, +1 free-drink from 2026-03-02 until 2026-03-31, +1 cup, +1 sample
    1 x beans ETHIOPIA 200.00
2026-03-01  purchase  alice 200.00 key second                      -> +200 star, +1 free-drink from 2026-03-02 until 2026-03-31, +1 cup, +1 sample
    1 x beans ETHIOPIA 200.00
2026-03-01  purchase  alice 200.00                                 -> +200 star, +1 free-drink from 2026-03-02 until 2026-03-31, +1 sample
    1 x beans ETHIOPIA 200.00
2026-03-01  issue     alice cup                                    -> refused out_of_stock
# One that comes back is there again.
2026-03-02  return    alice all of second                          -> +1 free-drink released, +1 free-drink released, +1 free-drink released, -200 star, -1 free-drink, -1 cup, -1 sample
2026-03-02  issue     alice cup                                    -> +1 cup
2026-03-02  purchase  alice 48.00 voucher cup                      -> -1 cup
    1 x things CUP 48.00
