programme tiers-and-birthday
# proves: S4 B0.3 B0.4 B0.6
2026-03-01        enrol     grace born 03-10    -> nothing
2026-03-01        enrol     bob born 03-10      -> nothing
2026-03-01        purchase  grace 5000.00       -> +5000 point until 2026-12-31; tier gold
# Two lines: what everybody gets, and the birthday. Bronze has no birthday.
2026-03-10        purchase  grace 123.45        -> +123 point until 2026-12-31, +123 point until 2026-12-31
2026-03-10        purchase  bob 123.45          -> +123 point until 2026-12-31
# The birthday ends with the day on the shop's wall.
2026-03-10 23:59  purchase  grace 10.00         -> +10 point until 2026-12-31, +10 point until 2026-12-31
2026-03-11 00:00  purchase  grace 10.00         -> +10 point until 2026-12-31
