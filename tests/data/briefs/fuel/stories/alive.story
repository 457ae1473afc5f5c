programme fuel
# A wash moves the points too: 340 - 300 = 40, kept for 12 months from 1 June.
2026-01-05 08:00  given     eve 320 point
2026-01-05 09:00  purchase  eve 80.00     -> +20 point; balance 340
    20 x fuel DIESEL 80.00
2026-06-01 09:00  redeem    eve wash      -> -300 point; balance 40
2027-01-05        daily                   -> nothing
2027-05-31        daily                   -> nothing
2027-06-01        daily                   -> eve -40 point expired; balance 0
