programme yen
# M12: a currency without decimals.
2026-01-05 enrol alice                                             -> nothing
2026-01-05 purchase alice 1999                                     -> +19 point
2026-01-05 purchase alice 100 paid 19 point                        -> -19 point; balance 0
2026-01-05 purchase alice 100                                      -> +1 point; balance 1
2026-01-05 return alice 1                                          -> -1 point; gives 1
