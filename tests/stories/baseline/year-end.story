programme baseline
# proves: B0.11
# B0.11: of 1001 half goes on, the odd one in the member's favour: 500 expire, 501 stay.
2026-02-01 enrol alice                                             -> nothing
2026-02-01 purchase alice 600.00                                   -> +600 point until 2026-12-31
2026-12-30 purchase alice 401.00 key last                          -> +401 point until 2026-12-31; tier silver
2026-12-31 23:59:59 redeem alice 1 point                           -> -1 point; balance 1000
2026-12-31 23:59:59 adjust alice +1 point because test             -> +1 point until 2026-12-31; balance 1001
2027-01-01 daily                                                   -> alice -500 point expired; balance 501; lots 501 until 2027-12-31; tier silver
# B0.12: what was bought on 30 December comes back: what has expired counts as
# given back, so the member is never worse off than nothing.
2027-01-02 return alice all of last                                -> -401 point; balance 100
