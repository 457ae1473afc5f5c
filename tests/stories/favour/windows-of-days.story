programme favour
# proves: PC14
# Thirty days with today: a visit of the first of them counts, one of the day before does not.
2026-01-01 enrol alice                                             -> nothing
2026-01-01 enrol bob                                               -> nothing
2026-01-01 purchase alice 60.00                                    -> +60 mile
2026-01-01 purchase alice 60.00                                    -> +60 mile
2026-01-01 purchase bob 60.00                                      -> +60 mile
2026-01-01 purchase bob 60.00                                      -> +60 mile
2026-01-30 purchase alice 1.00                                     -> +1 mile, +1 often
2026-01-31 purchase bob 1.00                                       -> +1 mile
# Ninety days with today: 31 March has 1 January among them, 1 April has not.
2026-03-30 purchase alice 1.00                                     -> +1 mile
2026-03-30 purchase alice 1.00                                     -> +1 mile
2026-03-30 purchase bob 1.00                                       -> +1 mile
2026-03-30 purchase bob 1.00                                       -> +1 mile
2026-03-31 purchase alice 1.00                                     -> +1 mile, +1 often
2026-04-01 purchase bob 1.00                                       -> +1 mile
