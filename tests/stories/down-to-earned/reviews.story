programme down-to-earned
# Down to what is earned, at once; points that are lost with the tier go with it.
2026-06-01 enrol alice                                             -> nothing; tier bronze
2026-06-01 purchase alice 1000.00                                  -> +1000 point; tier gold
2027-06-01 purchase alice 150.00                                   -> +150 point; tier gold
2028-01-01 daily                                                   -> alice -1150 point expired; tier silver
2028-06-01 purchase alice 20.00                                    -> +20 point; tier silver
2029-01-01 daily                                                   -> alice -20 point expired; tier bronze
