programme back-by-line
# proves: BACK14
# A point is worth 0.004: two pay nothing, three pay a cent, and one says so before they are gone.
2026-01-05 enrol alice                                             -> nothing
2026-01-05 adjust alice +20 point                                  -> +20 point
2026-01-05 redeem alice 2 point                                    -> refused below_minimum; balance 20 point
2026-01-05 redeem alice 3 point                                    -> -3 point
2026-01-05 hold alice 1 point until 2026-02-01                     -> refused below_minimum
2026-01-05 hold alice 10 point until 2026-02-01                    -> -10 point held
2026-01-05 capture alice 2 point                                   -> refused below_minimum
2026-01-05 capture alice 9 point                                   -> -9 point
# What is left pays nothing, and is released.
2026-01-05 capture alice all                                       -> refused below_minimum
2026-01-05 release alice                                           -> +1 point held
# A unit without a value is spent by any number.
2026-01-05 purchase alice 1.80                                     -> +1 litre
    1 x fuel DIESEL 1.80
2026-01-05 redeem alice 1 litre                                    -> -1 litre
