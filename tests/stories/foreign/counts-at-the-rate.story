programme foreign
# proves: CUR1
# A sale in dollars counts in euros at the rate in force, and comes back at its own.
2026-01-05 enrol ann                                            -> nothing
2026-01-05 purchase ann 20.00 in CHF                            -> refused unknown_currency
2026-01-05 purchase ann 20.00 in USD key a                      -> +18 point
    2 x food CAKE 15.05
    1 x coffee LATTE 6.95
    off 2.00
2026-01-05 purchase ann 20.00 in usd key a                      -> repeated
    2 x food CAKE 15.05
    1 x coffee LATTE 6.95
    off 2.00
2026-01-05 purchase ann 20.00 in USD                            -> refused does_not_add_up
    2 x food CAKE 15.05
    1 x coffee LATTE 6.95
# Points pay at most half of it, in euros; a tenth off.
2026-01-05 given bob 400 point
2026-01-05 purchase bob 10.00 in USD paid 93 point worth 5.05 pays cash 4.95 -> refused over_limit
2026-01-05 purchase bob 10.00 in USD paid 90 point worth 4.89 pays cash 5.11 key b -> -90 point, +4 point
2026-01-05 quote bob 100.00 in USD code TENTH                   -> +92 point; discount 9.20
2026-01-05 purchase bob 90.00 in USD code TENTH off 10.00 from tenth key c -> +82 point; warns nothing
2026-01-05 return bob all of b                                  -> -4 point, +90 point back; gives 4.70
# Another rate from here on: what was sold before keeps its own.
2026-01-06 activate foreign-later                                -> nothing
2026-01-06 purchase ann 20.00 in USD key a                      -> repeated
    2 x food CAKE 15.05
    1 x coffee LATTE 6.95
    off 2.00
2026-01-06 purchase ann 20.00 in USD key d                      -> +10 point
2026-01-06 return ann of a line 2                               -> -6 point; gives 5.81
2026-01-06 return ann all of a                                  -> -12 point; gives 12.59
2026-01-06 reassign ann to bob of d                             -> -10 point
                                                                -> bob +10 point
