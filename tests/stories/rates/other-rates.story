programme rates
# proves: A10 C1.2-4 C1.4-6 C1.5-16 C1.8-2
2026-01-05 enrol alice                                             -> nothing
# Neither red nor blue counts: only the delivery of 40.00, at 4: 160.
2026-01-05 purchase alice 152.00 code R4DELIVERY                   -> +160 point
    1 x food SKU123 12.00 tag red
    1 x food SKU000 100.00 tag blue
    1 x delivery SKU0001 40.00
# 4000 at a half; 40 at 3.
2026-01-05 purchase alice 4000.00 code RHALF                       -> +2000 point
2026-01-05 purchase alice 40.00 code R3                            -> +120 point
# 200.00 earned 1000. Half of it comes back, then the rest; a third time there is nothing.
2026-01-06 enrol bob                                               -> nothing
2026-01-06 purchase bob 200.00 code R5                             -> +1000 point
    1 x food SKU5 200.00
2026-01-07 return bob 100.00                                       -> -500 point; balance 500
2026-01-07 return bob all                                          -> -500 point; balance 0
2026-01-07 return bob 100.00                                       -> refused too_much_returned; balance 0
# Three times five are 15, as five and ten.
2026-01-08 purchase bob 1.00 code R5 code RED3                     -> +5 point, +10 point; balance 15
    1 x food SKU123 1.00 tag red
