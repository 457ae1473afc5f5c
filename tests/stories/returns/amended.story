programme returns
# proves: AMEND1 AMEND2
# An order of the app is weighed at pick-up: it is one sale, booked as it is after all.
2026-01-05 enrol ann                                               -> nothing
2026-01-05 purchase ann 12.40 order T7 via app key app             -> +12 point until 2027-01-04
2026-01-07 purchase ann 13.90 order T7                             -> refused order_conflict
2026-01-07 amend ann 13.90 order T7 because weighed at pick-up     -> -12 point, +13 point until 2027-01-04; balance 13
2026-01-07 amend ann 13.90 order T7                                -> refused already_so
2026-01-08 amend ann 55.00 of app                                  -> -13 count, -13 point, +55 point until 2027-01-04, +55 count
    1 x fruit APPLES 50.00
    2 x fruit PEARS 5.00
2026-01-08 return ann 5.00 of app                                  -> -5 count, -5 point; gives 5.00
# What came back stands, so the rest is a sale or a return of its own.
2026-01-09 amend ann 60.00 of app                                  -> refused has_dependents
2026-01-09 return ann all of app                                   -> -50 count, -50 point; gives 50.00
