programme favour
# proves: PC16
# At most 100 from one purchase, and again from the next; a return decides by the same limit.
2026-01-01 enrol alice                                             -> nothing
2026-01-01 purchase alice 100.00                                   -> +100 mile
2026-01-01 purchase alice 250.00                                   -> +100 mile
2026-01-01 return alice 100.00                                     -> nothing; gives 100.00
2026-01-01 return alice 100.00                                     -> -50 mile; gives 100.00
2026-01-01 purchase alice 99.00                                    -> +99 mile, +1 often
