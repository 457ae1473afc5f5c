programme air-miles
# proves: AM9 S85
# Nothing is earned or spent with a partner that does not take part; miles given before stay good.
2026-03-02        enrol alice                                   -> nothing
2026-03-03        purchase alice 4000.00 at office              -> +4000 mile
2026-03-05        purchase alice 500.00 at clothes-ginza        -> +125 mile
2026-03-06        partner clothes-shop suspend because arrears  -> nothing
2026-03-06        partner clothes-shop suspend because again    -> refused already_so
2026-03-07        purchase alice 500.00 at clothes-ginza        -> refused partner_suspended
2026-03-07        purchase alice 500.00 at nobodys-shop         -> refused unknown_store
2026-03-07        partner nobodys-shop suspend because who      -> refused unknown_partner
2026-03-07        redeem alice 125 mile                         -> -125 mile; balance 4000
2026-03-08        partner clothes-shop resume because paid      -> nothing
2026-03-09        purchase alice 100.00 at clothes-ginza        -> +25 mile; owes clothes-shop 12.00
2026-03-10        partner coffee-house suspend because closed   -> nothing
2026-03-11        redeem alice coffee-month                     -> refused partner_suspended
2026-03-11        redeem alice upgrade                          -> refused insufficient_points
