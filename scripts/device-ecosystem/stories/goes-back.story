programme device-ecosystem
# proves: AP4
2026-01-10        enrol alice                                   -> nothing
2026-01-10        purchase alice 8500.00 key first              -> +8500 point
    1 x phone P 5000.00
    1 x watch W 2000.00
    1 x cloud C 500.00
    1 x music M 1000.00
2026-01-11        purchase alice 1000.00                        -> +1000 point, +300 point
2026-01-12        return alice line 2 of first                  -> -2000 point
2026-01-13        purchase alice 1000.00                        -> +1000 point, +200 point
# Of two, one is still there.
2026-01-14        purchase alice 4000.00 key two                -> +4000 point, +800 point
    2 x watch W 4000.00
2026-01-15        return alice line 1 qty 1 of two              -> -2400 point
2026-01-16        purchase alice 1000.00                        -> +1000 point, +300 point
2026-01-17        return alice line 1 of two                    -> -2400 point
2026-01-18        purchase alice 1000.00                        -> +1000 point, +200 point
