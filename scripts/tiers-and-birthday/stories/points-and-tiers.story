programme tiers-and-birthday
# proves: S2 S41 S42 B0.1 B0.2 B0.9
# A point for each whole yuan of a purchase.
2026-03-10  enrol     alice                 -> nothing; tier bronze
2026-03-10  purchase  alice 123.45          -> +123 point until 2026-12-31
2026-03-10  purchase  alice 0.99            -> nothing
# 999 points and one more: the purchase that reaches silver still earns as bronze.
2026-04-01  enrol     sam born 04-02        -> nothing
2026-04-01  purchase  sam 999.00            -> +999 point until 2026-12-31; tier bronze
2026-04-02  purchase  sam 1.00              -> +1 point until 2026-12-31; tier silver
2026-04-02  purchase  sam 1.00              -> +1 point until 2026-12-31, +1 point until 2026-12-31
# Spending points does not cost the tier; a return does not, before January.
2026-04-03  redeem    sam 1000 point        -> -1000 point; tier silver
2026-06-01  purchase  alice 5000.00         -> +5000 point until 2026-12-31; tier gold
# January looks at the year that ended, and a tier falls by one step at most.
2027-06-01  purchase  alice 10.00           -> -2561 point expired, +10 point until 2027-12-31; tier gold
2028-01-01  daily                           -> alice -1286 point expired; tier silver
    -> sam -1 point expired; tier bronze
2029-01-01  daily                           -> alice -643 point expired; tier bronze
