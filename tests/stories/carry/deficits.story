programme carry
# proves: A23
# A23, R8: +50 -80 +100 is 70, and no debt is left.
2026-01-05 enrol alice                                             -> nothing
2026-01-05 purchase alice 80.00 key first                          -> +80 point
2026-01-05 redeem alice 30 point                                   -> -30 point; balance 50
2026-01-06 return alice all of first                               -> -80 point; balance -30; lots none
2026-01-07 purchase alice 100.00                                   -> +100 point; balance 70; lots 70
# OL: earn 100, spend 100, return: the debt is not forgotten.
2026-01-08 enrol bob                                               -> nothing
2026-01-08 purchase bob 100.00                                     -> +100 point
2026-01-08 redeem bob 100 point                                    -> -100 point; balance 0
2026-01-08 return bob all                                          -> -100 point; balance -100
2026-01-08 redeem bob 1 point                                      -> refused insufficient_points
2026-01-08 purchase bob 40.00                                      -> +40 point; balance -60; lots none
2026-01-08 purchase bob 59.00                                      -> +59 point; balance -1
2026-01-08 purchase bob 2.00                                       -> +2 point; balance 1; lots 1
# A deficit is filled once, even by an adjustment.
2026-01-08 adjust bob +5 point because goodwill                    -> +5 point; balance 6
2026-01-08 adjust bob -7 point because slip                        -> refused insufficient_points
2026-01-08 adjust bob -6 point because slip                        -> -6 point; balance 0
