programme without-slip
# proves: PC91
2026-01-10        enrol     alice                                       -> nothing
2026-01-10        purchase  alice 29.00 receipt A-17                    -> +29 point
2026-01-12        return    alice 4.00 without_slip return_receipt R-3  -> -4 point; gives 4.00
2026-01-12 13:00  return    alice 4.00 without_slip return_receipt R-3  -> refused receipt_conflict
2026-01-12 14:00  return    alice 5.00 return_receipt R-4               -> -5 point; gives 5.00
