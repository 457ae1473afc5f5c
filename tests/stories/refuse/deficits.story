programme refuse
# What is spent cannot be returned, and nothing changes; a part that is there can.
2026-01-05 enrol alice                                             -> nothing
2026-01-05 purchase alice 80.00 key first                          -> +80 point
2026-01-05 redeem alice 30 point                                   -> -30 point; balance 50
2026-01-06 return alice all of first                               -> refused already_spent; balance 50
2026-01-06 return alice 50.00 of first                             -> -50 point; balance 0
2026-01-06 return alice 1.00 of first                              -> refused already_spent
2026-01-07 purchase alice 30.00                                    -> +30 point
2026-01-07 return alice all of first                               -> -30 point; balance 0
