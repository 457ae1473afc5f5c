programme recompute
# R4: twenty returns of 1.00 take what one of 20.00 takes (Square takes none).
2026-01-05 enrol alice                                             -> nothing
2026-01-05 purchase alice 21.90                                    -> +2 point
2026-01-06 return alice 1.00                                       -> nothing
2026-01-06 return alice 1.00                                       -> -1 point
2026-01-06 return alice 1.00                                       -> nothing
2026-01-06 return alice 1.00                                       -> nothing
2026-01-06 return alice 1.00                                       -> nothing
2026-01-06 return alice 1.00                                       -> nothing
2026-01-06 return alice 1.00                                       -> nothing
2026-01-06 return alice 1.00                                       -> nothing
2026-01-06 return alice 1.00                                       -> nothing
2026-01-06 return alice 1.00                                       -> nothing
2026-01-06 return alice 1.00                                       -> nothing
2026-01-06 return alice 1.00                                       -> -1 point
2026-01-06 return alice 1.00                                       -> nothing
2026-01-06 return alice 1.00                                       -> nothing
2026-01-06 return alice 1.00                                       -> nothing
2026-01-06 return alice 1.00                                       -> nothing
2026-01-06 return alice 1.00                                       -> nothing
2026-01-06 return alice 1.00                                       -> nothing
2026-01-06 return alice 1.00                                       -> nothing
2026-01-06 return alice 1.00                                       -> nothing
2026-01-06 return alice 1.00                                       -> nothing
2026-01-06 return alice 0.90                                       -> nothing; balance 0
2026-01-06 return alice all                                        -> refused too_much_returned
