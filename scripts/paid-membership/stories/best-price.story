programme paid-membership
# proves: PR7
2026-10-10        enrol  alice                              -> nothing
2026-10-10        enrol  bob                                -> nothing
2026-10-10        pass   alice start prime                  -> +1 prime until 2027-10-09
2026-10-11        purchase bob 100.00                       -> +100 point until 2027-10-31; discount 10.00
2026-10-11        purchase alice 100.00                     -> +100 point until 2027-10-31; discount 15.00
