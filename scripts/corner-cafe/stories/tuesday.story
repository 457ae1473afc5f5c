programme corner-cafe
# Tuesdays give as much again. 42.50 with a base and a double is exactly 85:
# the larger remainder goes to the base, so the lines show 43 + 42.
2026-11-23        enrol     alice                                  -> nothing
2026-11-23 10:00  purchase  alice 42.50 at mitte                   -> +42 star until 2026-12-31, +42 year-star
2026-11-24 10:03  purchase  alice 42.50 at mitte                   -> +43 star until 2026-12-31, +42 star until 2026-12-31, +42 year-star
# At most 300 extra stars a member and day.
2026-12-01        enrol     bob                                    -> nothing
2026-12-01 12:00  purchase  bob 400.00 at mitte                    -> +400 star until 2026-12-31, +300 star until 2026-12-31, +400 year-star
