programme lots
# proves: C1.4-4 C1.5-9
# X1: 100 charged with 50: exactly 50 expire, once, and the other lot keeps its 100.
2026-01-05 enrol alice                                             -> nothing
2026-01-05 purchase alice 1.00 code MARCH                          -> +1 point, +100 point until 2026-02-28
2026-01-05 purchase alice 1.00 code JUNE                           -> +1 point, +100 point until 2027-05-31
2026-01-06 redeem alice 50 point                                   -> -50 point
2026-03-01 daily                                                   -> alice -50 point expired; balance 102; lots 100 until 2027-05-31, 1, 1
2026-03-01 daily                                                   -> nothing
# 1.4: two lots of 100, first 100 then 50 redeemed: when the first ends, 50 must remain.
2026-03-02 enrol bob                                               -> nothing
2026-03-02 purchase bob 1.00 code JANUARY                          -> +1 point, +100 point until 2026-12-31
2026-03-02 purchase bob 1.00 code JUNE                             -> +1 point, +100 point until 2027-05-31
2026-03-03 redeem bob 100 point                                    -> -100 point
2026-03-03 redeem bob 50 point                                     -> -50 point
2027-01-01 daily                                                   -> nothing
2027-01-02 redeem bob 52 point                                     -> -52 point; balance 0
