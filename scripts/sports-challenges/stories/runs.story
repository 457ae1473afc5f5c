programme sports-challenges
# proves: NK2 NK3 NK4 NK5 NK7 S9 S17
# Without consent nothing is stored.
2026-01-01  enrol     alice                      -> nothing
2026-01-01  activity  alice run id=a1 km=5.0     -> refused no_consent
2026-01-01  consent   alice give health          -> nothing
# Days 1, 3, 9, 20 and 30; one run is sent twice, one is too short to count.
2026-01-01  activity  alice run id=a1 km=5.0     -> nothing
2026-01-03  activity  alice run id=a2 km=4.2     -> nothing
2026-01-03  activity  alice run id=a2 km=4.2     -> refused already_counted
2026-01-09  activity  alice run id=a3 km=7       -> nothing
2026-01-10  activity  alice run id=a4 km=0.4     -> nothing; warns too_short
2026-01-20  activity  alice run id=a5 km=3       -> nothing; tags nothing
2026-01-30  activity  alice run id=a6 km=10      -> +200 point; tags five-runs
2026-01-31  activity  alice run id=a7 km=10      -> nothing
# The fifth on day 31: four lie within thirty days, and on day 32 five do.
2026-02-01  enrol     bob consent health         -> nothing
2026-03-01  activity  bob run id=b1 km=5         -> nothing
2026-03-03  activity  bob run id=b2 km=5         -> nothing
2026-03-09  activity  bob run id=b3 km=5         -> nothing
2026-03-20  activity  bob run id=b4 km=5         -> nothing
2026-03-31  activity  bob run id=b5 km=5         -> nothing; tags nothing
2026-04-01  activity  bob run id=b6 km=5         -> +200 point; tags five-runs
