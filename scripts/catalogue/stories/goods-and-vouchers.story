programme catalogue
# A voucher is given for points in one entry, and pays later; a void takes it back.
2026-03-01  given     alice silver, 1500 point
2026-03-01  redeem    alice mug                                    -> -300 point
2026-03-01  redeem    alice ten-off key first                      -> +1 ten-off until 2026-03-31, -500 point
2026-03-01  redeem    alice ten-off                                -> +1 ten-off until 2026-03-31, -500 point
2026-03-01  redeem    alice ten-off                                -> refused insufficient_points
2026-03-02  purchase  alice 40.00 voucher ten-off                  -> refused below_minimum
2026-03-02  purchase  alice 60.00 voucher ten-off                  -> +50 point until 2026-12-31, -1 ten-off
2026-03-02  void      alice of first                               -> refused has_dependents
2026-03-03  redeem    alice tasting                                -> refused tier_required
2026-04-01  daily                                                  -> alice -1 ten-off expired
