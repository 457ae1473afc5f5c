programme pay-by-phone
# proves: S7
2026-03-01  enrol     alice                   -> nothing
2026-03-01  purchase  alice 100.00            -> +100 point
    pays cash 100.00
2026-03-01  purchase  alice 100.00            -> +100 point, +25 point
    pays mobile 100.00
2026-03-01  purchase  alice 100.00            -> +100 point, +10 point
    pays mobile 40.00
    pays card 60.00
# What comes back takes its share of both.
2026-03-02  return    alice 50.00             -> -55 point
