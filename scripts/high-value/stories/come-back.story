programme high-value
# Five purchases for 500.00, then more than half a year of silence: "133".
2026-01-01  enrol     alice                       -> nothing
2026-01-02  purchase  alice 100.00                -> +100 point
2026-01-03  purchase  alice 100.00                -> +100 point
2026-01-04  purchase  alice 100.00                -> +100 point
2026-01-05  purchase  alice 100.00                -> +100 point
2026-01-06  purchase  alice 100.00                -> +100 point
2026-07-06  purchase  alice 10.00                 -> +10 point, +10 point
2026-07-07  enrol     bob                         -> nothing
2026-07-07  purchase  bob 500.00                  -> +500 point
2026-07-08  purchase  bob 0.00                    -> nothing
2026-07-09  purchase  bob 0.00                    -> nothing
2026-07-10  purchase  bob 0.00                    -> nothing
2026-07-11  purchase  bob 0.00                    -> nothing
# 180 days later is not gone yet.
2027-01-07  purchase  bob 10.00                   -> +10 point
