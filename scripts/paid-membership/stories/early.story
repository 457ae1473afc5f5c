programme paid-membership
# proves: PR4
2026-02-10        enrol  alice                              -> nothing
2026-02-10        enrol  bob                                -> nothing
2026-02-10        pass   alice start prime                  -> +1 prime until 2027-02-09
2026-06-01        purchase alice 300.00                     -> +300 point until 2027-06-30
2026-06-01        purchase bob 300.00                       -> +300 point until 2027-06-30
2026-06-16 23:59  redeem alice limited-print                -> refused policy_refused
2026-06-17 00:01  redeem alice limited-print                -> -100 point
2026-06-17 00:01  redeem bob limited-print                  -> refused policy_refused
2026-06-18 00:00  redeem bob limited-print                  -> -100 point
2026-06-18 00:00  redeem alice limited-print                -> -100 point
