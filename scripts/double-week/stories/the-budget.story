programme double-week
# proves: B9 S138
# 9950 of 10,000 are given; 123 more do not fit. The base stands, and it is over.
2026-11-23  enrol     a                       -> nothing
2026-11-23  enrol     b                       -> nothing
2026-11-23  enrol     c                       -> nothing
2026-11-23  enrol     d                       -> nothing
2026-11-23  enrol     e                       -> nothing
2026-11-23  purchase  a 2000.00               -> +2000 point, +2000 point
2026-11-23  purchase  b 2000.00               -> +2000 point, +2000 point
2026-11-23  purchase  c 2000.00               -> +2000 point, +2000 point
2026-11-23  purchase  d 2000.00               -> +2000 point, +2000 point
# At most 2,000 for one member a day.
2026-11-23  purchase  d 10.00                 -> +10 point
2026-11-23  purchase  e 1950.00               -> +1950 point, +1950 point
2026-11-24  purchase  e 123.00                -> +123 point
2026-11-24  purchase  e 10.00                 -> +10 point
