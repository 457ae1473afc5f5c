programme air-miles
2020-01-01        enrol alice                                   -> nothing
2020-01-01        purchase alice 10000.00 at office             -> +10000 mile
2020-03-15        purchase alice 3000.00 at office              -> +3000 mile
2021-09-14 23:59  redeem alice 1 mile                           -> -1 mile; balance 12999
2023-03-13        redeem alice 1 mile                           -> -1 mile; balance 12998
2024-09-13        daily                                         -> alice -12998 mile expired
