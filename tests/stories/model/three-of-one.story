programme model
# Two merges undone one after the other: everybody has what they had.
2026-11-01 enrol alice                    -> nothing
2026-11-01 enrol bob                      -> nothing
2026-11-01 enrol carl                     -> nothing
2026-11-01 purchase alice 10.00           -> +10 point until 2026-12-31
2026-11-01 issue alice drink              -> +1 drink until 2026-12-01
2026-11-01 purchase bob 20.00             -> +20 point until 2026-12-31
2026-11-02 merge alice into bob key m     -> -10 point, -1 drink
                                          -> bob +10 point, +1 drink
2026-11-03 merge bob into carl key n      -> -30 point, -1 drink
                                          -> carl +30 point, +1 drink
2026-11-04 unmerge bob of n               -> +30 point, +1 drink
                                          -> carl -30 point, -1 drink
2026-11-05 unmerge alice of m             -> +10 point, +1 drink; balance 10
                                          -> bob -10 point, -1 drink; balance 20
2026-11-05 purchase alice 10.00 voucher drink -> +7 point until 2026-12-31, -1 drink
