programme master-class
# proves: SB8 S8 S75
2026-09-01  enrol     alice                     -> nothing
2026-09-01  enrol     bob                       -> nothing
2026-09-05  activity  alice class ticket=t-001  -> +1 star
2026-09-05  activity  alice class ticket=t-001  -> refused already_counted
2026-09-05  activity  bob class ticket=t-001    -> refused already_counted
2026-09-05  activity  bob class ticket=t-002    -> +1 star
2026-09-05  activity  bob class ticket=t-003    -> +1 star
# All three seats are taken.
2026-09-05  activity  alice class ticket=t-004  -> refused out_of_stock
