programme returns
# proves: SLIP1 MOVE1
# Two tills count alike, and slips begin again each day: what tells the sale is said of the sale.
2026-01-05 enrol ann                                               -> nothing
2026-01-05 enrol bob                                               -> nothing
2026-01-05 purchase ann 10.00 at mitte till till-1 receipt 7       -> +10 point until 2027-01-04
2026-01-05 purchase ann 20.00 at mitte till till-2 receipt 7       -> +20 point until 2027-01-04
2026-01-06 purchase ann 30.00 at mitte till till-1 receipt 7       -> +30 point until 2027-01-05
2026-01-07 return ann all receipt 7 at mitte till till-3           -> refused ambiguous_slip
2026-01-07 return ann all receipt 7 at mitte till till-3 sold on 2026-01-05 -> refused ambiguous_slip
2026-01-07 return ann all at mitte till till-3 receipt 7 sold on 2026-01-05 till till-2 -> -20 point; gives 20.00
2026-01-07 return ann 5.00 receipt 7 sold on 2026-01-06            -> -5 point; gives 5.00
# The card was bob's: the sale goes to him as it was, with the end that its points have.
2026-01-08 reassign ann to bob receipt 7 sold on 2026-01-05 till till-1 because wrong card
                                                                   -> -10 point; balance 25
                                                                   -> bob +10 point until 2027-01-04; balance 10
2026-01-08 reassign ann to bob receipt 7 sold on 2026-01-06        -> refused has_dependents
2026-01-09 return bob 4.00 receipt 7 sold on 2026-01-05 till till-1 -> -4 point; gives 4.00; balance 6
