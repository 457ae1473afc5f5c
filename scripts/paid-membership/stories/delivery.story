programme paid-membership
# proves: S92 PR3
2026-02-10        enrol  alice                              -> nothing
2026-02-10        enrol  bob                                -> nothing
2026-02-10        pass   alice start prime                  -> +1 prime until 2027-02-09
2026-02-12        purchase bob 112.00                       -> +100 point until 2027-02-28; discount 0.00
    charge delivery 12.00
    1 x book NOVEL 100.00
# What the till did not take off is no benefit, but the ledger says so.
2026-02-12        purchase alice 112.00                     -> +100 point until 2027-02-28; discount 27.00; uses 0; warns discount_differs
    charge delivery 12.00
    1 x book NOVEL 100.00
2026-02-12        purchase alice 85.00                      -> +73 point until 2027-02-28; discount 27.00; uses 2; warns nothing
    charge delivery 12.00
    1 x book NOVEL 100.00
    off 12.00 from free-delivery
    off 15.00 from member-price
2026-02-13        return alice all                          -> -73 point; uses 0; gives 85.00
