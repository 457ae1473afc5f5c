programme rate-1
# proves: C1.8-3 C1.8-4 S191 S190
# R11, 1.8 (Smile): 50 earned at one for one; the rule is two for one by the time
# all of it comes back: exactly 50 are taken, not 100 and not none.
2026-01-05 enrol alice                                             -> nothing
2026-01-05 purchase alice 50.00 key old                            -> +50 point
2026-02-01 activate rate-2                                         -> nothing
2026-02-02 purchase alice 50.00                                    -> +100 point; balance 150
2026-02-03 return alice 20.00 of old                               -> -20 point; balance 130
2026-02-03 return alice all of old                                 -> -30 point; balance 100
2026-02-03 return alice 20.00                                      -> -40 point; balance 60
# R15, 1.8 (nopCommerce): +50 -50 +21 -21 +50 is 50.
2026-02-04 enrol bob                                               -> nothing
2026-02-04 purchase bob 25.00 key b1                               -> +50 point
2026-02-04 void bob of b1                                          -> -50 point
2026-02-04 void bob of b1                                          -> refused already_voided
2026-02-04 return bob all of b1                                    -> refused already_voided
2026-02-04 purchase bob 10.50 key b2                               -> +21 point
2026-02-04 return bob all of b2                                    -> -21 point
2026-02-04 void bob of b2                                          -> refused has_dependents
2026-02-04 purchase bob 25.00                                      -> +50 point; balance 50
