programme fan-community
# proves: S77 S78 XM1 XM3 XM5
2026-05-01  enrol     alice consent public_credit      -> nothing
2026-05-01  enrol     bob                              -> nothing
2026-05-02  activity  alice suggestion id=i1           -> nothing
2026-05-09  activity  alice accepted id=i1 via office  -> +500 contribution; tags thanks-list
2026-05-10  activity  alice accepted id=i1 via office  -> refused already_counted
2026-05-11  activity  bob accepted id=i2 via office    -> +500 contribution; tags nothing
2026-05-12 10:00  activity  bob share                  -> +10 point
2026-05-12 18:00  activity  bob share                  -> nothing
# Taking consent back costs nothing that was earned.
2026-05-13  consent   alice withdraw public_credit     -> nothing; qualifying 500
