programme air-miles
# proves: AM4 AM5 AM6 S24 S86 S87 S88
# 125 miles at 0.08 are owed to the programme, 3000 at 0.06 by it; a month later both have changed hands.
2026-03-02        enrol alice                                   -> nothing
2026-03-03        purchase alice 4000.00 at office              -> +4000 mile; balance 4000
2026-03-05        purchase alice 500.00 at clothes-ginza        -> +125 mile; owes clothes-shop 10.00
2026-03-06        redeem alice coffee-month                     -> -3000 mile; owes coffee-house -180.00
2026-03-31        partner clothes-shop settle 2026-03           -> refused too_soon
2026-04-01        partner clothes-shop settle 2026-03           -> nothing; owes clothes-shop 0.00
2026-04-01        partner coffee-house settle 2026-03           -> nothing; owes coffee-house 0.00
2026-04-01        partner coffee-house settle 2026-03           -> refused already_so
