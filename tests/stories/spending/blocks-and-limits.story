programme spending
# proves: C1.5-11 C1.5-12 C1.5-14
# 1.5, M10: in blocks of a hundred, from 500, at most 2000 at once, 2500 a day.
2026-01-05 enrol alice                                             -> nothing
2026-01-05 purchase alice 100.00                                   -> +10000 point
2026-01-05 redeem alice 1050 point                                 -> refused not_in_steps
2026-01-05 redeem alice 400 point                                  -> refused below_minimum
2026-01-05 redeem alice 2100 point                                 -> refused over_limit
2026-01-05 redeem alice 1000 point                                 -> -1000 point
2026-01-05 redeem alice 2000 point                                 -> refused over_limit
2026-01-05 redeem alice 1500 point                                 -> -1500 point
2026-01-05 redeem alice 500 point                                  -> refused over_limit; balance 7500
2026-01-06 00:00 redeem alice 500 point                            -> -500 point
# A number that was typed is trusted less.
2026-01-07 redeem alice 800 point by typed                         -> refused over_limit
2026-01-07 redeem alice 700 point by typed                         -> -700 point
2026-01-07 redeem alice 500 point by typed                         -> refused over_limit
2026-01-07 redeem alice 500 point by scanned                       -> -500 point
# At most half of a bill of 100.00: 1000 points; half of 50.00 is 25.00.
2026-01-08 purchase alice 100.00 paid 1000 point                   -> -1000 point, +5000 point
2026-01-08 purchase alice 50.00 paid 600 point                     -> refused over_limit
2026-01-08 purchase alice 50.00 paid 500 point                     -> -500 point, +2500 point
# A reward has a price of its own: no blocks, no minimum; one a month; a script may refuse.
2026-01-09 redeem alice gold-mug                                   -> -150 point
2026-01-09 redeem alice gold-mug                                   -> refused over_limit
2026-02-01 redeem alice gold-mug                                   -> refused policy_refused
2026-02-02 redeem alice gold-mug                                   -> -150 point
