programme carry
# A debt and points that come back: what can be spent is the difference.
2026-01-05 enrol alice                                             -> nothing
2026-01-05 purchase alice 80.00 key first                          -> +80 point
2026-01-05 redeem alice 80 point key r                             -> -80 point
2026-01-06 return alice all of first                               -> -80 point; balance -80
2026-01-06 void alice of r                                         -> +80 point back; balance 0
2026-01-06 redeem alice 1 point                                    -> refused insufficient_points
2026-01-07 purchase alice 30.00 key second                         -> +30 point; balance 30
2026-01-07 redeem alice 30 point                                   -> -30 point; balance 0
# A void of the purchase that filled a debt opens the debt again.
2026-01-08 enrol bob                                               -> nothing
2026-01-08 purchase bob 50.00 key b1                               -> +50 point
2026-01-08 redeem bob 50 point                                     -> -50 point
2026-01-08 return bob all of b1                                    -> -50 point; balance -50
2026-01-08 purchase bob 20.00 key b2                               -> +20 point; balance -30
2026-01-08 void bob of b2                                          -> -20 point; balance -50
2026-01-08 purchase bob 70.00 key b3                               -> +70 point; balance 20; lots 20
2026-01-08 return bob 70.00 of b3                                  -> -70 point; balance -50; lots none
