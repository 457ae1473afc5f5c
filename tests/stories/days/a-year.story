programme days
# A day of one's own may bring a voucher, a pass, a use of it, and money for a pool, as a purchase may.
2026-03-01  enrol alice             -> nothing; pool trees 0.50
2027-03-01  daily                   -> alice +100 point, +1 cake until 2027-03-30, +1 lounge until 2028-04-03; pool trees 3.00
2028-02-28  daily                   -> alice -1 cake expired
2028-03-01  daily                   -> alice +200 point, +1 cake until 2028-03-30; uses 1 lounge; pool trees 5.50
