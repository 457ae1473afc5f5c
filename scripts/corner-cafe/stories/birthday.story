programme corner-cafe
# Silver and gold get as much again on their birthday; bronze does not. The
# tier held before the purchase counts.
2026-01-05        enrol     alice born 06-10                       -> nothing
2026-01-05        enrol     bob born 06-10                         -> nothing
2026-03-02 10:00  purchase  alice 150.00 at mitte                  -> +150 star until 2026-12-31, +150 year-star
2026-06-10 10:00  purchase  alice 20.00 at mitte                   -> +20 star until 2026-12-31, +20 star until 2026-12-31, +20 year-star
2026-06-10 10:00  purchase  bob 20.00 at mitte                     -> +20 star until 2026-12-31, +20 year-star
2026-06-11 10:00  purchase  alice 20.00 at mitte                   -> +20 star until 2026-12-31, +20 year-star
