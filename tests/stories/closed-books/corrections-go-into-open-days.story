programme closed-books
# Once January is closed nothing is booked into it; a return and a correction go
# into the open days, whatever day they are about.
2026-01-05 10:00  enrol     alice                                     -> nothing
2026-01-20 10:00  purchase  alice 30.00                               -> +30 star until 2027-01-19
2026-02-05 10:00  purchase  alice 5.00 happened 2026-01-31 18:00      -> +5 star until 2027-01-30
2026-02-06 10:00  period    2026-02-06                                -> refused bad_input
2026-02-06 10:00  period    2026-01-31                                -> nothing
2026-02-06 11:00  period    2026-01-31                                -> refused already_so
2026-02-06 12:00  purchase  alice 5.00 happened 2026-01-31 18:30      -> refused period_closed
2026-02-06 13:00  purchase  alice 5.00 happened 2026-02-01 09:00      -> +5 star until 2027-01-31
2026-02-06 14:00  return    alice all of line-5                       -> -30 star
2026-02-06 15:00  adjust    alice +3 star because January             -> +3 star until 2027-02-05
2027-02-06        daily                                               -> alice -5 star expired, -5 star expired, -3 star expired
