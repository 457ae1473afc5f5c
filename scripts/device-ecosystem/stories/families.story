programme device-ecosystem
# proves: AP1 AP2 AP3 S16
2026-01-10        enrol alice                                   -> nothing
2026-01-10        purchase alice 5000.00                        -> +5000 point
    1 x phone P 5000.00
2026-01-11        purchase alice 1000.00                        -> +1000 point
2026-01-12        purchase alice 3000.00                        -> +3000 point
    1 x watch W 2000.00
    1 x cloud C 500.00
    1 x music M 500.00
2026-01-13        purchase alice 1000.00                        -> +1000 point, +300 point
2026-01-14        purchase alice 9000.00                        -> +9000 point, +2700 point
    1 x tablet T 3000.00
    1 x computer K 5000.00
    1 x tv V 1000.00
2026-01-15        purchase alice 1000.00                        -> +1000 point, +500 point
