programme birthday-gift
# Nothing for a birthday on the day of joining: the morning was before.
2026-03-10        enrol     alice born 03-10          -> nothing
2026-03-11        daily                               -> nothing
2027-03-10        daily                               -> alice +100 point until 2027-04-09
# Erased is erased.
2027-05-01        erase     alice                     -> -100 point expired
2028-03-10        daily                               -> nothing
