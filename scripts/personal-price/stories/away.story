programme personal-price
# proves: S52 S62
# Alice agreed to personal offers, Bob did not.
2026-03-01  enrol     alice consent personalise  -> nothing
2026-03-01  enrol     bob                        -> nothing
2026-03-01  purchase  alice 100.00               -> +100 point; discount 0.00
2026-03-01  purchase  bob 100.00                 -> +100 point; discount 0.00
2026-04-29  purchase  alice 1.00                 -> +1 point; discount 0.00
2026-04-30  purchase  bob 100.00                 -> +100 point; discount 0.00
2026-06-28  purchase  alice 90.00                -> +90 point; discount 10.00; warns nothing
    off 10.00 from welcome-back
2026-06-29  purchase  alice 100.00               -> +100 point; discount 0.00
