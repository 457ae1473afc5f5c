programme model
# What was taken back, and what ended, while two cards were one counts after they have parted.
2026-11-01 enrol alice                    -> nothing
2026-11-01 enrol bob                      -> nothing
2026-11-01 purchase bob 28.00 key b1      -> +28 point until 2026-12-31
2026-11-02 merge bob into alice key m     -> -28 point
                                          -> alice +28 point
2026-11-03 return bob 8.00 of b1          -> alice -8 point
2026-11-04 unmerge bob of m               -> +20 point
                                          -> alice -20 point
2027-01-01 daily                          -> bob -10 point expired
2027-01-02 return bob 20.00 of b1         -> -10 point; balance 0
2027-02-01 purchase bob 28.00 key b2      -> +28 point until 2027-12-31
2027-02-02 merge bob into alice key n     -> -28 point
                                          -> alice +28 point
2028-01-01 daily                          -> alice -14 point expired
2028-01-02 unmerge bob of n               -> nothing
2028-01-02 return bob 28.00 of b2         -> -14 point; balance -14
