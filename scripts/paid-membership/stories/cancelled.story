programme paid-membership
# proves: PR5 PR6
2026-02-10        enrol  alice                              -> nothing
2026-02-10        enrol  bob                                -> nothing
2026-02-10        pass   alice start prime                  -> +1 prime until 2027-02-09
2026-02-10        pass   bob start prime                    -> +1 prime until 2027-02-09
2026-02-15        purchase bob 0.00                         -> nothing; uses 1; discount 12.00
    charge delivery 12.00
    off 12.00 from free-delivery
2026-02-20        pass   alice cancel prime because moved   -> -1 prime; gives 299.00; pass prime none
2026-02-20        pass   bob cancel prime because moved     -> -1 prime; gives 290.80; pass prime none
2026-02-20        pass   bob cancel prime because again     -> refused pass_required
