programme stillness
# proves: AM1 C1.7-8
# 18 months from the last movement, that day excluded. Two members are alike, but that
# the second moved again on 15 March: the first's end on 30 June, the second's go on.
2020-01-01 enrol alice                                             -> nothing
2020-01-01 enrol bob                                               -> nothing
2020-01-01 purchase alice 10000.00                                 -> +10000 point
2020-01-01 purchase bob 10000.00                                   -> +10000 point
2020-03-15 purchase bob 3000.00                                    -> +3000 point; balance 13000
2021-06-30 23:59:59 daily                                          -> nothing
2021-07-01 00:00 daily                                             -> alice -10000 point expired; balance 0
2021-09-14 23:59:59 daily                                          -> nothing
2021-09-15 00:00 daily                                             -> bob -13000 point expired; balance 0
# Redeemed in the seventeenth month: 18 months from there.
2022-01-01 purchase alice 100.00                                   -> +100 point
2023-05-20 redeem alice 1 point                                    -> -1 point
2024-11-19 23:59:59 daily                                          -> nothing
2024-11-20 00:00 daily                                             -> alice -99 point expired; balance 0
