programme ceil
# proves: C1.5-17
# 1.5: 19 x 1.5 = 28.5, rounded once and shared by largest remainder (M7, M8).
2026-01-05 enrol alice                                             -> nothing
2026-01-05 purchase alice 19.00 code HALF                          -> +19 point, +10 point; balance 29
2026-01-05 purchase alice 19.99                                    -> +20 point
# Halves: 0.50 alone, and 1.50.
2026-01-05 purchase alice 0.50                                     -> +1 point
2026-01-05 purchase alice 1.50                                     -> +2 point
2026-01-05 purchase alice 0.49                                     -> +1 point
# A voucher of 10 %.
2026-01-07 issue alice ten -> +1 ten
2026-01-07 purchase alice 10.01 voucher ten worth 1.02 -> refused wrong_tender_value
2026-01-07 purchase alice 10.01 voucher ten worth 1.01 -> +9 point, -1 ten
