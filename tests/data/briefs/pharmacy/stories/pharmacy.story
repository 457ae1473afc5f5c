programme pharmacy
2026-01-11 08:00  enrol     alice        -> nothing
# 50 on cosmetics and 30.50 on a prescription: 50 points and the voucher.
2026-01-11 09:00  purchase  alice 80.50  -> +50 point, +1 five-off until 2026-03-12; balance 50
    1 x cosmetics CREAM 50.00
    1 x prescription RX 30.50
# Again in the quarter: points alone.
2026-01-12 09:00  purchase  alice 60.90  -> +60 point; balance 110
    1 x cosmetics CREAM 60.90
2026-01-13 09:00  purchase  alice 30.50  -> nothing; balance 110
    1 x prescription RX 30.50
# The voucher is good through 12 March: 20 less 5.
2026-03-12 18:00  purchase  alice 20.00  -> -1 five-off, +15 point; balance 125
    1 x otc TEA 20.00
    voucher five-off
# In the next quarter again: 60 days after 1 April is 31 May.
2026-03-31 09:00  purchase  alice 50.00  -> +50 point
    1 x cosmetics CREAM 50.00
2026-04-01 09:00  purchase  alice 50.00  -> +50 point, +1 five-off until 2026-05-31; balance 225
    2 x cosmetics CREAM 50.00
2026-05-31        daily                  -> nothing
2026-06-01        daily                  -> alice -1 five-off expired
