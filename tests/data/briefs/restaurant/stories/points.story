programme restaurant
# 5 per cent of 40.00 are 2.00: 200 points. Wine and tip give none.
2026-03-02 20:00  enrol     anna                     -> nothing
2026-03-02 20:10  purchase  anna 40.00               -> +200 point; balance 200
# 30.00 of food, 20.00 of wine, 5.00 tip: 5 per cent of 30.00.
2026-03-03 20:00  purchase  anna 55.00               -> +150 point; balance 350
    1 x food MENU 30.00
    1 x wine BAROLO 20.00
    charge tip 5.00
# 5 per cent of 9.99 are 49.95 cents: rounded down.
2026-03-04 20:00  purchase  anna 9.99                -> +49 point; balance 399
# Only wine: nothing
2026-03-05 20:00  purchase  anna 20.00               -> nothing; balance 399
    1 x wine BAROLO 20.00
