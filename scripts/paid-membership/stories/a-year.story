programme paid-membership
# proves: S90 PR2
# Paid on 10 February, good to the end of 9 February; renewed, it goes on from there.
2026-02-10 12:00  enrol  alice                              -> nothing
2026-02-10 15:00  pass   alice start prime                  -> +1 prime until 2027-02-09; pass prime until 2027-02-09
2026-02-11        pass   alice start prime                  -> refused already_so
2027-01-20        pass   alice renew prime                  -> nothing; pass prime until 2028-02-09
2028-02-09 23:59  purchase alice 10.00                      -> +10 point until 2029-02-28; pass prime until 2028-02-09
2028-02-10        daily                                     -> alice -1 prime expired; pass prime none
2028-02-11        pass   alice renew prime                  -> refused pass_required
2028-02-11        pass   alice start prime                  -> +1 prime until 2029-02-10
