programme restaurant
# At most half of a bill: of 10.00 5.00, 500 points. What points pay earns nothing.
2026-03-02 20:00  given     bob 2000 point
2026-03-02 20:10  purchase  bob 10.00 paid 501 point -> refused over_limit; balance 2000
2026-03-02 20:20  purchase  bob 10.00 paid 500 point -> -500 point, +25 point; balance 1525
# Half of a bill with wine: 30.00, of which 20.00 wine.
2026-03-03 20:20  purchase  bob 30.00 paid 1501 point -> refused over_limit
    1 x food MENU 10.00
    1 x wine BAROLO 20.00
2026-03-03 20:30  purchase  bob 30.00 paid 1500 point              -> +25 point, -1500 point
    1 x food MENU 10.00
    1 x wine BAROLO 20.00
# With a tip
2026-03-04        given     carl 2000 point
2026-03-04 20:20  purchase  carl 12.00 paid 600 point              -> +25 point, -600 point
    1 x food MENU 10.00
    charge tip 2.00
