programme spend-and-win
# A draft runs for nobody: it is switched on in its file, not from the desk.
2026-03-30  resume    single-slip because the other rule           -> refused bad_input
# A cent short of a thousand is not a thousand; more than that wins once.
# proves: S6 B5
2026-03-31  enrol     alice                                        -> nothing
2026-03-31  purchase  alice 600.00                                 -> +600 point until 2026-12-31
2026-04-02  purchase  alice 600.00                                 -> +600 point until 2026-12-31
2026-04-03  purchase  alice 399.99                                 -> +399 point until 2026-12-31
2026-04-04  purchase  alice 0.01                                   -> +1 trip from 2026-04-11 until 2027-04-04
2026-04-05  purchase  alice 2000.00                                -> +2000 point until 2026-12-31
2026-04-06  purchase  alice 100.00 voucher trip                    -> refused code_lapsed
# Goods that come back before the trip can be used take it away.
2026-04-07  enrol     bob                                          -> nothing
2026-04-07  purchase  bob 600.00                                   -> +600 point until 2026-12-31
2026-04-08  purchase  bob 500.00 key second                        -> +500 point until 2026-12-31, +1 trip from 2026-04-15 until 2027-04-08
2026-04-09  return    bob 100.00 of second                         -> -100 point
2026-04-09  return    bob 0.01 of second                           -> -1 point, -1 trip
2026-04-20  purchase  bob 10.00 voucher trip                       -> refused code_used
# So do those of an earlier purchase, where less than a thousand is left; once it can be used, it stays.
2026-05-01  enrol     carl                                         -> nothing
2026-05-01  purchase  carl 600.00 key early                        -> +600 point until 2026-12-31
2026-05-02  purchase  carl 500.00                                  -> +500 point until 2026-12-31, +1 trip from 2026-05-09 until 2027-05-02
2026-05-03  return    carl 100.00 of early                         -> -100 point
2026-05-04  return    carl 0.01 of early key last                  -> -1 point, -1 trip
2026-05-04  void      carl of last                                 -> +1 point back until 2026-12-31, +1 trip back from 2026-05-09 until 2027-05-02
2026-05-09  return    carl 300.00 of early                         -> +1 trip released, -300 point
2026-05-10  purchase  carl 10.00 voucher trip                      -> -1 trip
