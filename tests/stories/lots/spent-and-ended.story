programme lots
# proves: C1.5-1 C1.5-3 C1.5-4 C1.5-5 C1.5-6 C1.5-7 C1.5-10
2026-01-05 given anne 100 point
2026-01-05 redeem anne 30 point                                    -> -30 point; balance 70
# Two lots of 50 (beside the base's), the sooner one goes first: 30 of the later are left.
2026-01-05 enrol bert                                              -> nothing
2026-01-05 purchase bert 0.50 code MARCH                           -> +50 point until 2026-02-28
2026-01-05 purchase bert 0.50 code JULY                            -> +50 point until 2026-06-30
2026-01-05 redeem bert 70 point                                    -> -70 point; lots 30 until 2026-06-30
# The lot of 100 ends; the 40 that were beside it stay.
2026-01-05 given carl 40 point
2026-01-05 purchase carl 0.99 code MARCH                           -> +99 point until 2026-02-28
# 100 by March, 300 by July.
2026-01-05 enrol dora                                              -> nothing
2026-01-05 purchase dora 0.60 code MARCH                           -> +60 point until 2026-02-28
2026-01-05 purchase dora 0.40 code MARCH                           -> +40 point until 2026-02-28
2026-01-05 purchase dora 0.99 code JULY                            -> +99 point until 2026-06-30
2026-01-05 purchase dora 0.99 code JULY                            -> +99 point until 2026-06-30
2026-01-05 purchase dora 0.02 code JULY                            -> +2 point until 2026-06-30
# 150, of it 50 spent.
2026-01-05 enrol emil                                              -> nothing
2026-01-05 purchase emil 0.75 code MARCH                           -> +75 point until 2026-02-28
2026-01-05 purchase emil 0.75 code MARCH                           -> +75 point until 2026-02-28
2026-01-05 redeem emil 50 point                                    -> -50 point
# One that ends and one that does not.
2026-01-05 given fred 50 point
2026-01-05 purchase fred 0.50 code MARCH                           -> +50 point until 2026-02-28
2026-01-05 purchase fred 0.50 code MARCH                           -> +50 point until 2026-02-28
2026-03-01 daily                                                   -> carl -99 point expired; balance 40
    -> dora -100 point expired; balance 200
    -> emil -100 point expired; balance 0
    -> fred -100 point expired; balance 50
2026-07-01 daily                                                   -> dora -200 point expired; balance 0
    -> bert -30 point expired
# No more comes back than was bought: 150 earned, 9999 asked.
2026-07-01 enrol gina                                              -> nothing
2026-07-01 purchase gina 150.00                                    -> +150 point
2026-07-02 return gina 9999.00                                     -> refused too_much_returned; balance 150
2026-07-02 return gina all                                         -> -150 point; balance 0
