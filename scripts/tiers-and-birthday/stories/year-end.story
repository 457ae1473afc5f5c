programme tiers-and-birthday
# proves: S37 B0.11
# Half of 1001 goes on for another year; the odd point is the member's.
2026-03-01  enrol     alice                 -> nothing
2026-03-01  purchase  alice 1001.00         -> +1001 point until 2026-12-31
2027-01-01  daily                           -> alice -500 point expired; balance 501; lots 501 until 2027-12-31
