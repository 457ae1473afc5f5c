programme double-week
# proves: S5 S159
# Both days count whole, on the shop's wall.
2026-11-22           enrol     alice                   -> nothing
2026-11-22 23:59:59  purchase  alice 10.00             -> +10 point
2026-11-23 00:00     purchase  alice 10.00             -> +10 point, +10 point
2026-11-29 23:59:59  purchase  alice 10.00             -> +10 point, +10 point
2026-11-30 00:00     purchase  alice 10.00             -> +10 point
# A till that was cut off: what was bought within the week counts as it was bought.
2026-12-01           purchase  alice 10.00 happened 2026-11-29 20:00 -> +10 point, +10 point
