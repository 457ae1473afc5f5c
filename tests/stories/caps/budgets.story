programme caps
# proves: B9 S138
# B9: all or nothing: 950 of 1000 are given, 123 more do not fit: none, the base
# stays, and the campaign closes.
2026-01-05 enrol alice                                             -> nothing
2026-01-05 purchase alice 950.00 code NONE                         -> +950 point, +950 point
2026-01-05 purchase alice 123.00 code NONE                         -> +123 point
2026-01-05 purchase alice 10.00 code NONE                          -> +10 point
# The part that is left: 950 given, 123 asked, 50 granted, and then none.
2026-01-05 purchase alice 950.00 code PART                         -> +950 point, +950 point
2026-01-05 enrol bob                                               -> nothing
2026-01-05 purchase bob 123.00 code PART                           -> +123 point, +50 point
2026-01-05 purchase bob 123.00 code PART                           -> +123 point
# A return does not refill the budget.
2026-01-05 return bob all                                          -> -123 point; balance 173
2026-01-05 purchase bob 10.00 code PART                            -> +10 point
# No more than 5000 from one entry, whatever campaigns propose.
2026-01-05 purchase bob 6000.00                                    -> +5000 point
