programme bundle-bonus
# proves: S28
2026-03-01  enrol     alice                   -> nothing
2026-03-01  purchase  alice 45.00             -> +45 point; discount 5.00; warns nothing
    1 x bread RYE 20.00
    1 x cheese BRIE 30.00
    off 5.00 from bread-and-cheese
# Bread today, cheese within a week, once.
2026-03-02  purchase  alice 20.00             -> +20 point; discount 0.00
    1 x bread RYE 20.00
2026-03-09  purchase  alice 30.00             -> +30 point; discount 5.00; warns discount_differs
    1 x cheese BRIE 30.00
2026-03-09  purchase  alice 30.00             -> +30 point; discount 0.00
    1 x cheese BRIE 30.00
# Eight days are too many.
2026-03-10  purchase  alice 20.00             -> +20 point
    1 x bread RYE 20.00
2026-03-18  purchase  alice 30.00             -> +30 point; discount 0.00
    1 x cheese BRIE 30.00
