programme pharmacy
# The cream comes back: points and voucher go. The quarter's voucher stays used up: a return gives nothing back to a limit.
2026-01-11 08:00  enrol     carla        -> nothing
2026-01-11 09:00  purchase  carla 60.00  -> +60 point, +1 five-off until 2026-03-12
    2 x cosmetics CREAM 60.00
2026-01-12 09:00  return    carla line 1 qty 1 -> -30 point, -1 five-off; gives 30.00; balance 30
2026-03-20 09:00  purchase  carla 50.00  -> +50 point
    2 x cosmetics CREAM 50.00
# Next quarters. A bill of 55 of which the voucher pays 5: 50 are spent, which suffices.
2026-06-20 09:00  purchase  carla 50.00  -> +50 point, +1 five-off until 2026-08-19
    2 x cosmetics CREAM 50.00
2026-07-02 09:00  purchase  carla 55.00  -> -1 five-off, +50 point, +1 five-off until 2026-08-31
    2 x cosmetics CREAM 55.00
    voucher five-off
