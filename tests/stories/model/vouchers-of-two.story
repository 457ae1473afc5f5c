programme model
# A voucher that was used and came back keeps its code through a merge and after it.
2026-11-01 enrol alice                              -> nothing
2026-11-01 enrol bob                                -> nothing
2026-11-01 purchase alice 40.00 key p1              -> +40 point until 2026-12-31, +1 drink until 2026-12-01
2026-11-02 purchase alice 10.00 voucher drink key p2 -> +7 point until 2026-12-31, -1 drink
2026-11-02 void alice of p2                         -> +1 drink back until 2026-12-01, -7 point
2026-11-03 merge alice into bob key m               -> -40 point, -1 drink
                                                    -> bob +40 point, +1 drink
2026-11-04 purchase bob 10.00 voucher drink key p3  -> +7 point until 2026-12-31, -1 drink
2026-11-04 return bob all of p3                     -> +1 drink back until 2026-12-01, -7 point
# What a purchase gave is taken back from whoever its member has become.
2026-11-05 return bob all of p1                     -> -40 point, -1 drink
