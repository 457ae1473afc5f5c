programme anniversary
# Reviewed on the anniversary of joining; a tier just reached is first reviewed a
# year later. Down by one step.
2026-03-15 enrol alice                                             -> nothing; tier bronze
2026-12-01 purchase alice 1000.00                                  -> +1000 point; tier gold
2027-03-15 daily                                                   -> nothing
2028-03-15 daily                                                   -> alice nothing; tier silver
2029-03-15 daily                                                   -> alice nothing; tier bronze
