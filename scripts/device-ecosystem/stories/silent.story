programme device-ecosystem
# proves: AP5
# Silent for 26 months with a phone is still there, for 43 is gone; with anything else three months are enough.
2020-01-10        enrol alice                                   -> nothing
2020-01-10        enrol bob                                     -> nothing
2020-01-10        enrol carol                                   -> nothing
2020-01-10        purchase alice 5000.00                        -> +5000 point
    1 x phone P 5000.00
2020-01-10        purchase bob 5000.00                          -> +5000 point
    1 x phone P 5000.00
2020-01-10        purchase carol 50.00                          -> +50 point
2020-04-11        purchase carol 10.00                          -> +10 point; sends welcome-back
2022-03-10        purchase alice 10.00                          -> +10 point; sends nothing
2023-08-10        purchase bob 10.00                            -> +10 point; sends welcome-back
