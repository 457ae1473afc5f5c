programme draws
# What was bought while a campaign drew is drawn for when it is claimed, although the programme
# of the day draws no more; the auditor, who decides it again, comes to the same.
2026-03-01 purchase 20.00 key one                                  -> nothing
2026-03-02 activate draws-none                                     -> nothing
2026-03-03 enrol alice                                             -> nothing
2026-03-03 claim alice slip one                                    -> +20 point, +5 point
