programme birthday-gift
# Nothing for a birthday on the day of joining: the morning was before.
2026-03-10        enrol     alice born 03-10          -> nothing
2026-03-11        daily                               -> nothing
2027-03-10        daily                               -> alice +1 present until 2027-04-09
# Erased is erased.
2027-05-01        erase     alice                     -> -1 present expired
2028-03-10        daily                               -> nothing
# Whoever moves their birthday has the next one a year later, and can do it once.
2029-03-01        enrol     bob born 03-10            -> nothing
2029-03-10        daily                               -> bob +1 present until 2029-04-09
2029-03-20        profile   bob born 05-01            -> nothing
2029-04-20        profile   bob born 06-01            -> refused too_soon
2029-05-01        daily                               -> bob -1 present expired
2030-03-10        daily                               -> bob nothing
2030-05-01        daily                               -> bob +1 present until 2030-05-31
