programme fashion
2026-08-01        enrol     anna                -> nothing; tier member
2026-08-01        enrol     bea                 -> nothing
2026-08-01        purchase  anna 499.99         -> +499 point from 2026-08-31; tier member
2026-08-01        purchase  bea 300.00          -> +300 point from 2026-08-31; tier member
2026-08-02        purchase  anna 0.01           -> nothing; tier gold
2026-09-07 23:59  redeem    anna capsule        -> +499 point released, refused too_soon
2026-09-08 00:00  redeem    anna capsule        -> -200 point; balance 299
2026-09-08 00:00  redeem    bea capsule         -> +300 point released, refused too_soon
2026-09-09 23:59  redeem    bea capsule         -> refused too_soon
2026-09-10 00:00  redeem    bea capsule         -> -200 point; balance 100
2026-09-10 00:01  redeem    bea capsule         -> refused insufficient_points
# August counts until July 2027.
2027-07-31        daily                         -> anna nothing; tier gold
2027-09-02        daily                         -> anna nothing; tier member
