programme passes
# A pass that begins with its first use waits for it, a year at most.
2026-01-05        enrol alice                             -> nothing
2026-01-05        enrol bob                               -> nothing
2026-01-05        pass alice start yearly                 -> +1 yearly until 2027-01-04
2026-01-05        pass bob start yearly                   -> +1 yearly until 2027-01-04
2026-01-06        pass alice renew yearly                 -> refused too_soon
2026-02-10        purchase alice 1.00                     -> +1 point, +4 point; pass yearly until 2027-02-09; uses 1 yearly
    1 x gate GATE 1.00
2026-02-11        purchase alice 1.00                     -> +1 point, +4 point; pass yearly until 2027-02-09; uses 2 yearly
    1 x gate GATE 1.00
2026-06-01        pass bob cancel yearly                  -> -1 yearly; gives 365.00
2026-12-24        purchase alice 1.00                     -> +1 point, +7 point; uses 2 yearly
    1 x gate GATE 1.00
2027-02-10        daily                                   -> alice -1 yearly expired
