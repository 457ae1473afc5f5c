programme returns
# proves: PC91
2026-01-10        enrol     alice                                  -> nothing
2026-01-10        purchase  alice 29.00 receipt A-17               -> +29 point until 2027-01-09, +29 count
2026-01-11        return    alice 10.00 return_receipt R-3         -> -10 count, -10 point; gives 10.00
2026-01-11 13:00  return    alice 5.00 return_receipt R-3          -> refused receipt_conflict
2026-01-11 14:00  return    alice 5.00 return_receipt R-4          -> -5 count, -5 point; gives 5.00
# A sale may have the number of a return.
2026-01-12        purchase  alice 29.00 receipt R-3                -> +29 point until 2027-01-11, +29 count
