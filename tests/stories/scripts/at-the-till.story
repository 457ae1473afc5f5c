programme scripts
# A campaign that fails does not lose the sale: all of its own is left out, and said.
2026-01-05 enrol alice                                             -> +5 point
2026-01-05 purchase alice 10.00 code BROKEN                        -> +10 point, failed broken; warns campaign_failed
# Without the consent a campaign does not run; with it, and once.
2026-01-05 purchase alice 10.00 code WELCOME                       -> +10 point
2026-01-05 enrol bob consent marketing                             -> +5 point
2026-01-05 purchase bob 10.00 code WELCOME                         -> +10 point, +25 point
2026-01-05 purchase bob 10.00 code WELCOME                         -> +10 point
# The till gave another discount than the programme would have: booked, and said.
2026-01-06 purchase alice 90.00 code TENOFF                        -> +90 point; discount 9.00; warns discount_differs
2026-01-06 purchase alice 81.00 code TENOFF off 9.00 from ten-percent -> +81 point; discount 9.00; warns nothing
2026-01-06 purchase alice 90.00 off 5.00                           -> +90 point; discount 0.00; warns nothing
# B0.14: three spellings of the part that is paid.
2026-01-07 purchase alice 1.00 code ZHE                            -> +1 point, +2550 point
# An erased member is nobody.
2026-01-08 erase bob because asked                                 -> -50 point expired
2026-01-08 purchase bob 1.00                                       -> refused unknown_member
