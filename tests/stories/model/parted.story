programme model
# What was taken back, and what ended, while two cards were one counts after they have parted.
2026-11-01 enrol alice                    -> nothing
2026-11-01 enrol bob                      -> nothing
2026-11-01 purchase bob 40.00 key b1      -> +40 point until 2026-12-31
2026-11-02 merge bob into alice key m     -> -40 point
                                          -> alice +40 point
2026-11-03 return bob 10.00 of b1         -> alice -10 point
2026-11-04 unmerge bob of m               -> +30 point
                                          -> alice -30 point
2027-01-01 daily                          -> bob -15 point expired
2027-01-02 return bob 30.00 of b1         -> -15 point; balance 0
2027-02-01 purchase bob 40.00 key b2      -> +40 point until 2027-12-31
2027-02-02 merge bob into alice key n     -> -40 point
                                          -> alice +40 point
2028-01-01 daily                          -> alice -20 point expired
2028-01-02 unmerge bob of n               -> nothing
2028-01-02 return bob 40.00 of b2         -> -20 point; balance -20
