programme month-more
# proves: C1.7-7
# Silver on 20 July; a year later it is not earned again, and lasts through 19 August.
2026-07-20 enrol alice                                             -> nothing; tier member
2026-07-20 purchase alice 100.00                                   -> +100 point; tier silver
2027-07-20 daily                                                   -> nothing
2027-08-19 23:59:59 redeem alice 1 point                           -> -1 point; tier silver
2027-08-20 00:00 redeem alice 1 point                              -> -1 point; tier member
