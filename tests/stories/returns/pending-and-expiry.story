programme returns
# Points that become spendable and end: not before, not after, in the order of days.
2026-01-05 enrol alice                                             -> nothing
2026-01-05 purchase alice 10.00 code LATER                         -> +10 point until 2027-01-04, +30 point from 2026-01-19 until 2027-01-04; balance 10; pending 30
2026-01-18 23:59:59 redeem alice 11 point                          -> refused insufficient_points
2026-01-19 00:00 redeem alice 11 point                             -> +30 point released, -11 point; balance 29
2027-01-05 00:00 redeem alice 1 point                              -> -29 point expired, refused insufficient_points; balance 0
