programme bill
# proves: A13 A17
# A12: 50 held, a sale of 100 less a reward that costs 5: the part paid with own
# points does not earn (M9), the ledger's price counts, not the till's.
2026-01-05 given alice 50 point
2026-01-05 purchase alice 100.00 paid 50 point                     -> -50 point, +95 point; balance 95
# A13: 200 held, 70 earned by a sale, 150 spent on it, then all of it returned.
2026-01-05 given bob 200 point
2026-01-06 purchase bob 85.00 paid 150 point                       -> -150 point, +70 point; balance 120
2026-01-07 return bob all                                          -> -70 point, +150 point back; balance 200; gives 70.00
# A17: the same order twice is booked once.
2026-01-08 given carol 50 point
2026-01-08 purchase carol 1.00 paid 10 point key order-1           -> -10 point; balance 40
2026-01-08 purchase carol 1.00 paid 10 point key order-1           -> repeated; balance 40
# The same key for something else is refused; so is the same slip under another key.
2026-01-08 purchase carol 2.00 key order-1                         -> refused key_conflict
2026-01-08 purchase carol 3.00 at mitte till t1 receipt 17         -> +3 point
2026-01-08 purchase carol 3.00 at mitte till t1 receipt 17         -> refused receipt_conflict
2026-01-08 purchase carol 4.00 order A7 via app                    -> +4 point
2026-01-08 purchase carol 4.00 order A7 at mitte                   -> repeated; balance 47
# R18: points that are not there pay nothing, and the sale is not booked half.
2026-01-08 purchase carol 10.00 paid 48 point                      -> refused insufficient_points; balance 47
# Points pay what the programme says that they are worth.
2026-01-08 purchase carol 10.00 paid 40 point worth 5.00           -> refused wrong_tender_value
