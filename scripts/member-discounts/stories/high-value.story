programme member-discounts
# proves: S55 S56 O6 B1
# 4999.99 is not enough, 5000.00 is, and a cent that comes back undoes it.
2026-03-01  enrol     alice                   -> nothing
2026-03-01  purchase  alice 4999.99           -> +4999 point
2026-03-02  purchase  alice 0.01              -> nothing; discount 0.00
2026-03-03  purchase  alice 100.00 key c      -> +100 point; discount 20.00
2026-03-04  return    alice 0.01 of c         -> -1 point
2026-03-04  purchase  alice 100.00            -> +100 point; discount 20.00
2026-03-04  enrol     bob                     -> nothing
2026-03-04  purchase  bob 5000.00 key b       -> +5000 point
2026-03-05  return    bob 0.01 of b           -> -1 point
2026-03-05  purchase  bob 100.00              -> +100 point; discount 15.00
# What was spent a year ago and more no longer counts.
2027-03-06  purchase  alice 100.00            -> +100 point; discount 15.00
