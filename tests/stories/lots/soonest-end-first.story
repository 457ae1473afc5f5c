programme lots
# proves: A22 A25 C1.5-2
# A22: 100 that end on 1 June and 100 that end on 1 January: spending 100 takes the latter.
2026-01-05 enrol alice                                             -> nothing
2026-01-05 purchase alice 1.00 code JUNE                           -> +1 point, +100 point until 2027-05-31
2026-01-05 purchase alice 1.00 code JANUARY                        -> +1 point, +100 point until 2026-12-31
2026-01-06 redeem alice 100 point                                  -> -100 point; lots 100 until 2027-05-31, 1, 1
# A25: 500 for ever, 100 that end later, 50 that end tomorrow: 60 empty the 50 first.
2026-03-01 given bob 500 point
2026-03-01 purchase bob 1.00 code LATER                            -> +1 point, +100 point until 2027-06-30
2026-03-01 purchase bob 0.50 code TOMORROW                         -> +50 point until 2026-03-02
2026-03-02 redeem bob 60 point                                     -> -60 point; balance 591; lots 90 until 2027-06-30, 500, 1
# X3: never-ending points are used last, whenever they came.
2026-03-02 redeem bob 91 point                                     -> -91 point; lots 499, 1
