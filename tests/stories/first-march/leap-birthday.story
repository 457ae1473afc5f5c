programme first-march
# The other rule for 29 February: 1 March.
2026-12-01 enrol grace born 02-29                                  -> nothing
2027-02-28 purchase grace 100.00                                   -> +100 point
2027-03-01 purchase grace 100.00                                   -> +100 point, +100 point
2028-02-29 purchase grace 100.00                                   -> +100 point, +100 point
2028-03-01 purchase grace 100.00                                   -> +100 point
