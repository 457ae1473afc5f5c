programme rolling
# Twelve months after the tier was reached, on the figures of the last twelve months.
2026-03-15 enrol alice                                             -> nothing; tier bronze
2026-06-20 purchase alice 1000.00                                  -> +1000 point; tier gold
2027-04-01 purchase alice 100.00                                   -> +100 point; tier gold
2027-06-19 daily                                                   -> nothing
2027-06-20 daily                                                   -> alice nothing; tier silver
2028-06-20 daily                                                   -> alice nothing; tier bronze
