programme without-slip
# proves: SLIP4
# Nobody can name the sale: points leave at the base rate of today, and what is spent is owed.
2026-01-05 enrol ann                                               -> nothing
2026-01-05 purchase ann 30.00                                      -> +30 point
2026-01-06 return ann 12.00 without_slip                           -> -12 point; gives 12.00; balance 18
2026-01-06 redeem ann 10 point                                     -> -10 point
2026-01-07 return ann 9.00 without_slip                            -> -9 point; gives 9.00; balance -1
2026-01-08 ticket ann 20.00 back_without_slip 5.00                 -> -5 point, +20 point; gives 5.00; balance 14
