programme master-class
# proves: S48
2026-09-01  enrol     alice                     -> nothing
2026-09-05  activity  alice class ticket=t-001  -> +1 star
2026-10-05  activity  alice class ticket=t-002  -> +1 star; tags nothing
2026-11-05  activity  alice class ticket=t-003  -> +1 star; tags coffee-lover
