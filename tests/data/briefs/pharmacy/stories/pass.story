programme pharmacy
2026-01-10  enrol     alice        -> nothing
2026-01-10  purchase  alice 37.80  -> +12 point
    1 x prescription RX 25.00
    1 x cosmetics CREAM 12.80
# 50 on cosmetics: the voucher. Prescriptions beside it change nothing.
2026-01-11  purchase  alice 80.00  -> +50 point, +1 five-off until 2026-03-12
    1 x prescription RX 30.00
    1 x cosmetics CREAM 50.00
# Again in the quarter: no second one.
2026-02-01  purchase  alice 60.00  -> +60 point
    1 x cosmetics CREAM 60.00
# In the next quarter.
2026-04-01  purchase  alice 50.00  -> -1 five-off expired, +50 point, +1 five-off until 2026-05-31
    1 x cosmetics CREAM 50.00
# One cent too little.
2026-07-01  purchase  alice 49.99  -> -1 five-off expired, +49 point
    1 x cosmetics CREAM 49.99
