programme lots
# proves: C1.5-8
# X7: at the very instant of its end a lot is gone, and one second before it is not
# (X2: whether or not anything ran at midnight).
2026-03-01 enrol alice                                             -> nothing
2026-03-01 purchase alice 1.00 code TOMORROW                       -> +1 point, +100 point until 2026-03-02
2026-03-02 23:59:59 redeem alice 10 point                          -> -10 point; balance 91
2026-03-03 00:00 redeem alice 10 point                             -> -90 point expired, refused insufficient_points; balance 1
2026-03-03 daily                                                   -> nothing
# Voids: exactly what was booked, once, and not once anything depends on it.
2026-03-04 purchase alice 10.00 key p                              -> +10 point
2026-03-04 redeem alice 5 point key r                              -> -5 point; balance 6
2026-03-04 void alice of p                                         -> refused has_dependents
2026-03-04 void alice of r                                         -> +5 point back; balance 11
2026-03-04 void alice of p                                         -> -10 point; balance 1
2026-03-04 void alice of p                                         -> refused already_voided
