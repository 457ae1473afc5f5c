programme thresholds
# proves: A20
# A20, T2, A11: the sale counts toward its own tier, and a threshold is reached at
# exactly its number.
2026-01-05 enrol a1                                                -> nothing; tier bronze
2026-01-05 purchase a1 6000.00                                     -> +6000 point; tier bronze
2026-01-05 enrol a2                                                -> nothing; tier bronze
2026-01-05 purchase a2 15000.00                                    -> +15000 point; tier silver
2026-01-05 enrol a3                                                -> nothing; tier bronze
2026-01-05 purchase a3 25000.00                                    -> +25000 point; tier gold
2026-01-05 enrol a4                                                -> nothing; tier bronze
2026-01-05 purchase a4 4000.00                                     -> +4000 point
2026-01-05 purchase a4 500.00                                      -> +500 point; tier bronze
2026-01-05 enrol a5                                                -> nothing; tier bronze
2026-01-05 purchase a5 8000.00                                     -> +8000 point
2026-01-05 purchase a5 3000.00                                     -> +3000 point; tier silver
2026-01-05 enrol a6                                                -> nothing; tier bronze
2026-01-05 purchase a6 18000.00                                    -> +18000 point
2026-01-05 purchase a6 3000.00                                     -> +3000 point, +3000 point; tier gold
2026-01-05 enrol a7                                                -> nothing; tier bronze
2026-01-05 purchase a7 22000.00                                    -> +22000 point
2026-01-05 purchase a7 5000.00                                     -> +5000 point; tier gold
2026-01-06 enrol t999999                                           -> nothing
2026-01-06 purchase t999999 9999.99                                -> +9999 point; tier bronze
2026-01-06 enrol t1000000                                          -> nothing
2026-01-06 purchase t1000000 10000.00                              -> +10000 point; tier silver
2026-01-06 enrol t1000001                                          -> nothing
2026-01-06 purchase t1000001 10000.01                              -> +10000 point; tier silver
2026-01-06 enrol t1999900                                          -> nothing
2026-01-06 purchase t1999900 19999.00                              -> +19999 point; tier silver
2026-01-06 enrol t2000000                                          -> nothing
2026-01-06 purchase t2000000 20000.00                              -> +20000 point; tier gold
# T3, T1: redemptions and adjustments of points count for nothing.
2026-01-07 enrol sam                                               -> nothing
2026-01-07 purchase sam 9999.00                                    -> +9999 point; tier bronze
2026-01-07 redeem sam 9999 point                                   -> -9999 point; tier bronze; qualifying 9999
2026-01-07 adjust sam +9999 point because test                     -> +9999 point; tier bronze
# T5: a return takes the qualifying units at once; the tier stays until its review.
2026-01-07 purchase sam 1.00 key up                                -> +1 point, +1 score; tier silver
2026-01-07 return sam all                                          -> -1 point, -1 score; qualifying 9999; tier silver
# A void of the sale that gave the tier takes the tier as well.
2026-01-08 enrol bob                                               -> nothing
2026-01-08 purchase bob 10000.00                                   -> +10000 point; tier silver
2026-01-08 void bob                                                -> -10000 point, -10000 score; tier bronze; qualifying 0
