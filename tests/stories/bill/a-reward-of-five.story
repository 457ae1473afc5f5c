programme bill
# proves: A12
# 50 held; a purchase of 100.00 and a reward that costs 5, whatever the till believes
# that it costs: 5 go, 145 are left.
2026-01-05 given alice 50 point
2026-01-05 redeem alice sweet                                      -> -5 point; balance 45
2026-01-05 purchase alice 100.00                                   -> +100 point; balance 145
