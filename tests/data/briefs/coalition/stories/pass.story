programme coalition
2026-03-02  enrol     alice                       -> nothing
2026-03-02  purchase  alice 10.50 at bakery-1     -> +20 point; owes bakery 0.20
2026-03-03  purchase  alice 40.00 at fuel-1       -> +40 point; balance 60; owes fuel 0.40
2026-03-04  purchase  alice 1.00 at bakery-1 paid 50 point worth 0.50 pays cash 0.50  -> -50 point; balance 10; owes bakery -0.30
