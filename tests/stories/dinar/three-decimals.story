programme dinar
# M12: a currency with three decimals.
2026-01-05 enrol alice                                             -> nothing
2026-01-05 purchase alice 1.250                                    -> +12 point
2026-01-05 return alice 0.050                                      -> nothing; gives 0.050
2026-01-05 return alice 0.001                                      -> -1 point; gives 0.001
