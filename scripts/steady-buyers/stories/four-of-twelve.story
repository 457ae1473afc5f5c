programme steady-buyers
# proves: S269 S57 B1
# Three months of twelve are 25 %: not enough. Four are 33 %: steady.
2026-01-10  enrol     alice                   -> nothing
2026-01-10  purchase  alice 100.00            -> +100 point
2026-01-20  purchase  alice 100.00            -> +100 point
2026-04-10  purchase  alice 100.00            -> +100 point
2026-09-10  purchase  alice 100.00 key c      -> +100 point
2026-10-10  purchase  alice 100.00 key d      -> +100 point
2026-10-11  purchase  alice 100.00 key e      -> +100 point, +10 point
# A month whose purchases came back does not count.
2026-10-12  return    alice all of e          -> -110 point
2026-10-12  return    alice all of d          -> -100 point
2026-10-13  purchase  alice 100.00            -> +100 point
2026-10-14  purchase  alice 100.00            -> +100 point, +10 point
# January has gone out of the window.
2027-01-05  purchase  alice 100.00            -> +100 point
