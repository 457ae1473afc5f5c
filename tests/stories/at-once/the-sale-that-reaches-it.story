programme at-once
# T4, the other way: the purchase that reaches silver earns as silver already.
2026-01-05 enrol alice                                             -> nothing; tier bronze
2026-01-05 purchase alice 9999.00                                  -> +9999 point; tier bronze
2026-01-05 purchase alice 1.00                                     -> +1 point, +1 point; tier silver
2026-01-05 purchase alice 10.00                                    -> +10 point, +10 point; tier silver
