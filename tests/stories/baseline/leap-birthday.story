programme baseline
# proves: B0.5 B0.6
# B0.5: born on 29 February, the birthday falls on 28 February in other years. Gold
# in 2027 and 2028 by what the year before brought.
2026-12-01 enrol grace born 02-29                                  -> nothing
2026-12-01 purchase grace 5000.00 key a                            -> +5000 point until 2026-12-31; tier gold
2027-02-28 purchase grace 100.00                                   -> -2500 point expired, +100 point until 2027-12-31, +100 point until 2027-12-31; tier gold
2027-03-01 purchase grace 100.00                                   -> +100 point until 2027-12-31
2027-12-01 purchase grace 5000.00                                  -> +5000 point until 2027-12-31; tier gold
2028-02-28 purchase grace 100.00                                   -> -3900 point expired, +100 point until 2028-12-31; tier gold
2028-02-29 purchase grace 100.00                                   -> +100 point until 2028-12-31, +100 point until 2028-12-31
# B0.6: the birthday ends at midnight on the shop's wall (16:00 UTC).
2028-03-10 enrol late born 03-10                                   -> nothing
2028-03-10 purchase late 5000.00                                   -> +5000 point until 2028-12-31; tier gold
2028-03-10 23:59:59 purchase late 100.00                           -> +100 point until 2028-12-31, +100 point until 2028-12-31
2028-03-11 00:00 purchase late 100.00                              -> +100 point until 2028-12-31
