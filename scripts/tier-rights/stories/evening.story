programme tier-rights
# proves: S45
2026-03-01  enrol     alice                       -> nothing
2026-03-01  purchase  alice 5000.00               -> +5000 point; tier gold
2026-03-01  enrol     bob                         -> nothing
2026-03-01  purchase  bob   5000.00               -> +5000 point; tier gold
2026-03-01  enrol     carol                       -> nothing
2026-03-01  purchase  carol 5000.00               -> +5000 point; tier gold
2026-03-01  enrol     dave                        -> nothing
2026-03-01  purchase  dave  1000.00               -> +1000 point; tier silver
2026-05-01  activity  dave launch-evening         -> nothing; warns tier_required
2026-05-01  activity  alice launch-evening        -> +50 point
2026-05-01  activity  bob launch-evening          -> +50 point
2026-05-01  activity  carol launch-evening        -> refused out_of_stock
