programme air-miles
# proves: AM7
# What comes back is owed no more, however it comes back; what was settled before is settled the other way.
2026-03-02        enrol alice                                   -> nothing
2026-03-05        purchase alice 500.00 at clothes-ginza        -> +125 mile; owes clothes-shop 10.00
2026-03-06        return alice 300.00                           -> -75 mile; owes clothes-shop 4.00; gives 300.00
2026-04-02        partner clothes-shop settle 2026-03           -> nothing; owes clothes-shop 0.00
2026-04-03        return alice all of line-5                    -> -50 mile; owes clothes-shop -4.00; gives 200.00
2026-05-02        partner clothes-shop settle 2026-04           -> nothing; owes clothes-shop 0.00
2026-05-03        purchase alice 100.00 at clothes-ginza        -> +25 mile; owes clothes-shop 2.00
2026-05-03        void alice because wrong                      -> -25 mile; owes clothes-shop 0.00
