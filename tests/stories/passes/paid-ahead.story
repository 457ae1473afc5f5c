programme passes
# A period that has not begun is paid back whole; of the one that runs, the days left.
2026-04-01        enrol alice                             -> nothing
2026-04-01        pass alice start monthly price 30.00    -> +1 monthly until 2026-04-30
2026-04-10        pass alice renew monthly price 31.00    -> nothing; pass monthly until 2026-05-31
2026-04-21        pass alice cancel monthly               -> -1 monthly; gives 41.00
2026-04-21        pass alice start gift                   -> refused bad_input
2026-04-21        pass alice start gift price 5.00        -> +1 gift until 2026-05-20
2026-04-21        pass alice cancel gift                  -> -1 gift; gives 0.00
2026-04-21        pass alice start point price 5.00       -> refused bad_input
