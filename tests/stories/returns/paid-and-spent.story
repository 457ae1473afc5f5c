programme returns
# proves: C1.4-5 C1.4-8 C1.5-13
# 59 held; 106.00, of it 50 by points, earns 56: 65, whichever door the points went through.
2026-02-05 given alice 59 point
2026-02-05 purchase alice 106.00 paid 50 point                     -> -50 point, +56 point until 2027-02-04; balance 65
# Half of 2000 is spent.
2026-02-05 given bob 2000 point
2026-02-05 redeem bob 1000 point                                   -> -1000 point; balance 1000
# 700 are there: not 701, however large the bill is.
2026-02-05 given carol 700 point
2026-02-05 purchase carol 1000.00 paid 701 point                   -> refused insufficient_points; balance 700
2026-02-05 purchase carol 1000.00 paid 700 point                   -> -700 point, +300 point until 2027-02-04; balance 300
