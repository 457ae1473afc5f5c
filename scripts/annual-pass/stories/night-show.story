programme annual-pass
# proves: DS6
2026-06-01        enrol alice                       -> nothing
2026-06-01        enrol bob                         -> nothing
2026-06-01        pass alice start enchant          -> +1 enchant until 2027-05-31
2026-06-07        activity alice seat               -> nothing; warns not_open_yet
2026-06-08        activity bob seat                 -> nothing; warns not_open_yet
2026-06-08        activity alice seat               -> nothing; warns nothing
2026-06-15        activity bob seat                 -> nothing; warns nothing
