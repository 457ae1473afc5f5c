programme personal-price
# proves: S14
# Who drinks coffee is rewarded for coffee, who drinks tea for tea.
2026-03-01  enrol     alice consent personalise  -> nothing
2026-03-01  purchase  alice 80.00                -> +80 point
    4 x coffee LATTE 80.00
2026-03-02  purchase  alice 40.00                -> +40 point, +10 point
    1 x coffee LATTE 20.00
    1 x tea GREEN 20.00
2026-03-03  purchase  alice 80.00                -> +80 point, +10 point
    4 x tea GREEN 80.00
# Nothing is counted for who did not agree.
2026-03-03  enrol     bob                        -> nothing
2026-03-03  purchase  bob 200.00                 -> +200 point
    10 x coffee LATTE 200.00
