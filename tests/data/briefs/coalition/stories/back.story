programme coalition
# Points that paid come back with the goods, and the operator owes the fuel station nothing any more.
2026-03-02        enrol     anna                          -> nothing
2026-03-02        purchase  anna 100.00 at bakery-1       -> +200 point; owes bakery 2.00; owes fuel 0.00
2026-03-08        purchase  anna 10.00 at fuel-1 paid 10 point -> -10 point, +9 point; owes fuel -0.01; owes bakery 2.00
2026-03-09        return    anna all at fuel-1            -> +10 point back, -9 point; gives 9.90; owes fuel 0.00
