programme air-miles
# An upgrade costs ten thousand miles, and not one less.
2026-03-02        enrol alice                                   -> nothing
2026-03-03        purchase alice 9999.00 at office                 -> +9999 mile
2026-03-04        redeem alice upgrade                             -> refused insufficient_points
2026-03-05        purchase alice 1.00 at office                    -> +1 mile
2026-03-06        redeem alice upgrade                             -> -10000 mile
