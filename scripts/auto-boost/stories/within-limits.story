programme auto-boost
# proves: S114
# Of the 250 points of the boost nothing is used for a week: it grows by a
# quarter a day, however often daily runs, and stops at its limit.
2026-03-02 10:00  enrol     alice              -> nothing
2026-03-02 11:00  purchase  alice 1000.00      -> +1000 point, +250 point
2026-03-08        daily                        -> nothing
2026-03-08        purchase  alice 4.00         -> +4 point, +1 point
2026-03-09        daily                        -> nothing
2026-03-09        daily                        -> nothing
2026-03-09        purchase  alice 4.00         -> +4 point, +2 point
2026-03-10        daily                        -> nothing
2026-03-10        purchase  alice 4.00         -> +4 point, +3 point
2026-03-11        daily                        -> nothing
2026-03-12        daily                        -> nothing
2026-03-12        purchase  alice 4.00         -> +4 point, +4 point
# Once three quarters are used it shrinks again.
2026-03-12 15:00  redeem    alice 1260 point   -> -1260 point
2026-03-13        daily                        -> nothing
2026-03-13        purchase  alice 4.00         -> +4 point, +3 point
