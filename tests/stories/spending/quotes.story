programme spending
# A quote says what the command then does, and nothing has happened.
2026-01-05 enrol alice                                             -> nothing
2026-01-05 quote alice 100.00                                      -> +10000 point; balance 0
2026-01-05 quote purchase alice 100.00                             -> +10000 point; balance 0
2026-01-05 quote redeem alice 1000 point                           -> refused insufficient_points; balance 0
2026-01-05 purchase alice 100.00                                   -> +10000 point; balance 10000
2026-01-05 quote redeem alice 1000 point                           -> -1000 point; balance 10000
2026-01-05 quote redeem alice 1050 point                           -> refused not_in_steps
2026-01-05 redeem alice 1000 point                                 -> -1000 point; balance 9000
# The purchase that a return means is the last real one.
2026-01-06 quote alice 5.00                                        -> +500 point
2026-01-06 quote return alice all                                  -> -10000 point; balance 9000
