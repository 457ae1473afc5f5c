programme clamp
# What is spent is waived for good.
2026-01-05 enrol alice                                             -> nothing
2026-01-05 purchase alice 80.00 key first                          -> +80 point
2026-01-05 redeem alice 30 point                                   -> -30 point; balance 50
2026-01-06 return alice all of first                               -> -50 point; balance 0
2026-01-07 purchase alice 100.00                                   -> +100 point; balance 100
