programme held-out
# Who is held out stays held out.
2026-01-05  enrol     alice     -> nothing
2026-01-05  enrol     bob       -> nothing
2026-01-05  enrol     carol     -> nothing
2026-01-05  enrol     dave      -> nothing
2026-01-06  purchase  alice 1   -> +2 star, +5 star
2026-01-07  purchase  alice 1   -> +2 star, +5 star
2026-01-08  purchase  bob 1     -> +2 star
2026-01-08  purchase  carol 1   -> +2 star
2026-01-08  purchase  dave 1    -> +2 star, +5 star
2026-01-09  purchase  carol 1   -> +2 star
