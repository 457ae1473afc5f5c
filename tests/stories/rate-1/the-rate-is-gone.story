programme rate-1
# proves: C1.8-3
# 50 earned at one for one; the campaign is no longer there as it comes back: exactly 50.
2026-01-05 enrol alice                                             -> nothing
2026-01-05 purchase alice 50.00 key old                            -> +50 point
2026-02-01 activate rate-0                                         -> nothing
2026-02-02 purchase alice 50.00                                    -> nothing; balance 50
2026-02-03 return alice 20.00 of old                               -> -20 point; balance 30
2026-02-03 return alice all of old                                 -> -30 point; balance 0
