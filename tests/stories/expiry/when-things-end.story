programme expiry
# Starbucks: six months after the calendar month: 15 December is good to the end of June.
2028-03-01 enrol bob                                               -> nothing
2028-12-15 purchase bob 10.00 code HALF_YEAR_MONTH                 -> +10 half-year-month until 2029-06-30
