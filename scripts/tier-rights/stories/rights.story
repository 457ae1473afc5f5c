programme tier-rights
# proves: S43 S44 S46
2026-03-01  enrol     alice                       -> nothing
2026-03-01  enrol     bob                         -> nothing
2026-03-02  activity  alice advice                -> nothing; warns not_entitled
2026-03-02  purchase  alice 1000.00               -> +1000 point; tier silver
2026-03-03  purchase  alice 10.00                 -> +10 point, +1 adviser until 2027-03-03; pass storage none
2026-03-03  activity  alice advice                -> nothing; warns nothing
2026-03-04  purchase  alice 4000.00               -> +4000 point; tier gold
2026-03-05  purchase  alice 10.00                 -> +10 point, +1 storage until 2027-03-05
# Too little in 2027: the review takes the tier and the rights with it, long before their own end, not the points.
2027-06-01  purchase  alice 10.00                                  -> -1 adviser expired, -1 storage expired, +10 point, +1 adviser until 2028-06-01, +1 storage until 2028-06-01
2028-01-01  daily                                                  -> alice -1 adviser expired, -1 storage expired
