programme birthday-gift
# proves: B7 S35 S105
# Once a member and year, whether daily runs three times or comes forty days late.
2024-01-10        enrol     alice born 03-10 consent marketing -> nothing
2024-01-10        enrol     bob                       -> nothing
2024-02-29 10:00  purchase  bob 20.00                 -> +20 point until 2025-02-28
2024-03-09        daily                               -> alice nothing; sends nothing
2024-03-10        daily                               -> alice +1 present until 2024-04-09; sends happy-birthday
2024-03-10        daily                               -> nothing
2024-03-11        daily                               -> nothing
2024-04-10        daily                               -> alice -1 present expired
2025-02-27        daily                               -> nothing
# The 29 February falls on the 28 where there is none, and the points of a year ago end with that day.
2025-04-19        daily                               -> alice +1 present until 2025-04-09, -1 present expired
                                                      -> bob +1 twenty-off until 2025-04-29, -20 point expired; sends years-together suppressed
2026-03-10 18:00  purchase  alice 5.00                -> +1 present until 2026-04-09, +5 point until 2027-03-10; balance 5 point
