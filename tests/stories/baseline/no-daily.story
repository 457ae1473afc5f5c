programme baseline
# proves: S18 S170
# And with no run at all: a command finds everything booked before it.
2026-02-01 enrol alice                                             -> nothing
2026-02-01 enrol bob                                               -> nothing
2026-02-01 purchase alice 5000.00                                  -> +5000 point until 2026-12-31; tier gold
2026-03-01 purchase bob 1001.00                                    -> +1001 point until 2026-12-31; tier silver
2026-11-01 redeem alice 7 point                                    -> -7 point
2029-02-01 redeem alice 5 point                                    -> -2496 point expired, -1248 point expired, -624 point expired, -5 point; balance 620; tier bronze
2029-02-01 redeem bob 500 point                                    -> -500 point expired, -250 point expired, -125 point expired, refused insufficient_points; balance 126; tier bronze
