programme returns
# proves: BACK12
# Half of the money of ten pieces is five of them: a sixth gives back its own ten.
2026-01-05 enrol a                                                 -> nothing
2026-01-05 purchase a 100.00 key ten                               -> +100 point until 2027-01-04
    10 x goods X 100.00
2026-01-06 return a line 1 amount 50.00 of ten                     -> -50 point; gives 50.00; balance 50
2026-01-06 return a line 1 qty 6 of ten                            -> refused too_much_returned
2026-01-06 return a line 1 qty 1 of ten                            -> -10 point; gives 10.00; balance 40
2026-01-06 return a line 1 qty 3 of ten                            -> -30 point; gives 30.00; balance 10
2026-01-06 return a line 1 of ten                                  -> -10 point; gives 10.00; balance 0
# Litres after an amount, and an amount after litres.
2026-01-07 purchase a 59.15 key fuel                               -> +59 point until 2027-01-06
    35.42 x fuel DIESEL 59.15
2026-01-08 return a line 1 amount 30.00 of fuel                    -> -30 point; gives 30.00; balance 29
2026-01-08 return a line 1 qty 17.46 of fuel                       -> refused too_much_returned
2026-01-08 return a line 1 qty 8.728 of fuel                       -> -15 point; gives 14.57; balance 14
2026-01-08 return a line 1 amount 4.58 of fuel                     -> -4 point; gives 4.58; balance 10
2026-01-08 return a line 1 of fuel                                 -> -10 point; gives 10.00; balance 0
