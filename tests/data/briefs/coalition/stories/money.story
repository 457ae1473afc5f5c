programme coalition
2026-03-02        enrol     anna                          -> nothing
# 12 whole euros: 24 points, 0.24
2026-03-02        purchase  anna 12.90 at bakery-1        -> +24 point; owes bakery 0.24; owes fuel 0.00
2026-03-03        purchase  anna 60.50 at fuel-1          -> +60 point; owes fuel 0.60; balance 84
# 50 points pay 0.50 of 10.50 at the fuel station: 10 whole euros are left; 0.60 + 0.10 - 0.50
2026-03-04        purchase  anna 10.50 at fuel-1 paid 50 point -> -50 point, +10 point; owes fuel 0.20; owes bakery 0.24; balance 44
# 44 points pay 0.44 of 3.44 at the bakery: 6 points; 0.24 + 0.06 - 0.44
2026-03-05        purchase  anna 3.44 at bakery-1 paid 44 point -> -44 point, +6 point; owes bakery -0.14; balance 6
2026-03-05        purchase  anna 3.00 at bakery-1 paid 7 point -> refused insufficient_points
# What comes back is owed no more: 4 of 10 euros, 8 of 20 points.
2026-03-06        enrol     bea                           -> nothing
2026-03-06        purchase  bea 10.00 at bakery-1         -> +20 point; owes bakery 0.06
2026-03-07        return    bea 4.00                      -> -8 point; owes bakery -0.02; gives 4.00
2026-04-01        partner bakery settle 2026-03           -> nothing; owes bakery 0.00
2026-04-01        partner fuel settle 2026-03             -> nothing; owes fuel 0.00
