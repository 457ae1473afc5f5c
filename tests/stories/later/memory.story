programme later
# proves: PC24
# Goods come back: the points go, what the campaign remembered and the label stay.
2026-01-01 enrol alice                                             -> nothing
2026-01-01 enrol bob                                               -> nothing
2026-01-01 enrol carol                                             -> nothing
2026-01-02 purchase alice 5.00                                     -> +5 point, +10 point; tags welcomed
2026-01-03 return alice all                                        -> -15 point; gives 5.00
2026-01-04 purchase alice 5.00                                     -> +5 point
# Paused and resumed: the budget goes on where it stood, 5 of 15.
2026-01-05 pause welcome                                           -> nothing; campaign welcome paused
2026-01-05 purchase bob 5.00                                       -> +5 point
2026-01-06 resume welcome                                          -> nothing; campaign welcome running
2026-01-06 purchase bob 5.00                                       -> +5 point, +5 point; tags welcomed
2026-01-06 purchase carol 5.00                                     -> +5 point; tags welcomed
# A draft gives nothing; what it gave before comes back by the rules of then.
2026-01-07 activate later-draft                                    -> nothing
2026-01-07 return bob all                                          -> -10 point; gives 5.00
2026-01-08 purchase bob 5.00                                       -> +5 point
