programme passes
# proves: DS7
# A closed day that is added later does not close to those who had paid before.
2026-01-05        enrol alice                             -> nothing
2026-01-05        enrol bob                               -> nothing
2026-01-05        pass alice start yearly                 -> +1 yearly until 2027-01-04
2026-02-01        activate passes-stricter                -> nothing
2026-02-02        pass bob start yearly                   -> +1 yearly until 2027-02-01
2026-03-01        purchase alice 1.00                     -> +1 point, +4 point; uses 1 yearly
    1 x gate GATE 1.00
2026-03-01        purchase bob 1.00                       -> +1 point, +7 point; uses 0 yearly
    1 x gate GATE 1.00
