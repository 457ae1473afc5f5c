programme ten
# M4: 30 points at 10.00 on a bill of 20.00 would pay 300.00: the tenders do not
# add up, so nothing is taken; two points pay it all. M3 is the same on 3000.
2026-01-05 given alice 30 point
2026-01-05 purchase alice 20.00 paid 30 point                      -> refused does_not_add_up; balance 30
2026-01-05 purchase alice 20.00 paid 2 point                       -> -2 point; balance 28
# A refusal is for ever under its key; another attempt needs another key.
2026-01-05 redeem alice 29 point key r1                            -> refused insufficient_points
2026-01-05 purchase alice 5.00                                     -> +5 point; balance 33
2026-01-05 redeem alice 29 point key r1                            -> refused insufficient_points; balance 33
2026-01-05 redeem alice 29 point                                   -> -29 point; balance 4
