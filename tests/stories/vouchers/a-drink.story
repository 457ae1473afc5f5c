programme vouchers
# A campaign gives a voucher that is good from the next day, and it pays for the dearest drink up to its worth.
2026-03-01  enrol     alice                       -> nothing
2026-03-01  purchase  alice 80.00                                  -> +80 star, +1 free-drink from 2026-03-02 until 2026-03-31, +1 sample
    1 x beans ETHIOPIA 80.00
2026-03-01  purchase  alice 20.00 voucher free-drink               -> refused code_lapsed
    1 x coffee LATTE 20.00
2026-03-02  purchase  alice 20.00 voucher free-drink               -> refused nothing_to_reward
    1 x food SCONE 20.00
2026-03-02  purchase  alice 76.00 voucher free-drink worth 33.00   -> refused wrong_tender_value, +1 free-drink released
    1 x coffee LATTE 36.00
    2 x coffee FLAT 40.00
2026-03-02  purchase  alice 76.00 voucher free-drink key drinks    -> +44 star, -1 free-drink
    1 x coffee LATTE 36.00
    2 x coffee FLAT 40.00
# Nobody drinks twice on one voucher, and a code is guessed in vain.
2026-03-02  purchase  alice 32.00 voucher again                    -> refused code_used
    1 x coffee LATTE 32.00
2026-03-02  purchase  alice 32.00 voucher wrong                    -> refused unknown_code
    1 x coffee LATTE 32.00
# The same command again gets the recorded answer.
2026-03-02  purchase  alice 76.00 voucher again key drinks         -> repeated
    1 x coffee LATTE 36.00
    2 x coffee FLAT 40.00
2026-03-03  purchase  alice 12.00 voucher sample                   -> refused nothing_to_reward
    1 x coffee LATTE 12.00
2026-03-03  purchase  alice 12.00 voucher sample                   -> -1 sample
    1 x coffee FILTER 12.00
