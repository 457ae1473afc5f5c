programme stirring
# Of points whatever a member does counts, if it moves them; of miles only buying does.
2026-01-10  enrol alice                       -> nothing
2026-01-10  purchase alice 100.00             -> +100 mile, +100 point
2026-05-01  activity alice run                -> +5 mile, +5 point
2026-07-09 23:59:59 daily                     -> nothing
2026-07-10  daily                             -> alice -105 mile expired; balance 105 point; balance 0 mile
2026-10-31 23:59:59 daily                     -> nothing
2026-11-01  daily                             -> alice -105 point expired
# What moves no points does not: here the run of a member who has enough.
2027-01-10  enrol bob                         -> nothing
2027-01-10  purchase bob 200.00               -> +200 mile, +200 point
2027-03-01  activity bob run                  -> nothing
2027-07-10  daily                             -> bob -200 mile expired, -200 point expired
# Nor does what others do, or what the shop does: transfers, corrections, returns. Whoever is
# sent points has the time that their giver had.
2028-01-10  enrol carl                        -> nothing
2028-01-10  purchase carl 100.00 key first    -> +100 mile, +100 point
2028-02-10  transfer carl 10 point to bob     -> -10 point
                                              -> bob +10 point
2028-03-10  adjust carl +1 point because sorry -> +1 point
2028-04-10  return carl 10.00 of first        -> -10 mile, -10 point; gives 10.00
2028-07-09 23:59:59 daily                     -> nothing
2028-07-10  daily                             -> carl -81 point expired, -90 mile expired
                                              -> bob -10 point expired
# Points from the shop begin a time where none runs.
2029-01-10  adjust bob +7 point because sorry -> +7 point
2029-07-09 23:59:59 daily                     -> nothing
2029-07-10  daily                             -> bob -7 point expired
# A purchase that comes late puts nothing forward.
2030-01-10  purchase bob 10.00                -> +10 mile, +10 point
2030-01-10  purchase bob 20.00 happened 2030-01-05 12:00 -> +20 mile, +20 point
2030-07-09 23:59:59 daily                     -> nothing
2030-07-10  daily                             -> bob -30 mile expired, -30 point expired
