programme pharmacy
2026-01-11 08:00  enrol     bob          -> nothing
# 49.99 on cosmetics and 10 on tea: no voucher, 59 points.
2026-01-11 09:00  purchase  bob 59.99    -> +59 point
    1 x cosmetics CREAM 49.99
    1 x otc TEA 10.00
# 30 and 20 on one bill are 50.
2026-01-12 09:00  purchase  bob 50.00    -> +50 point, +1 five-off until 2026-03-13
    1 x cosmetics CREAM 30.00
    1 x cosmetics LOTION 20.00
2026-03-14 09:00  purchase  bob 20.00 voucher five-off -> refused code_lapsed, -1 five-off expired
    1 x otc TEA 20.00
