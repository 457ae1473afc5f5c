programme levels
# proves: A11
# All three reached the second level in 2026 with 10 + 20. The year 2027 brings them 5,
# 10 and 30; as it ends, the level is judged on that, and then the points go.
2026-06-01 enrol anne                                              -> nothing; tier zero
2026-06-01 enrol bert                                              -> nothing
2026-06-01 enrol carl                                              -> nothing
2026-06-01 purchase anne 10.00                                     -> +10 point until 2026-12-31; tier one
2026-06-02 purchase anne 20.00                                     -> +20 point until 2026-12-31; tier two
2026-06-02 purchase bert 30.00                                     -> +30 point until 2026-12-31; tier two
2026-06-02 purchase carl 30.00                                     -> +30 point until 2026-12-31; tier two
2027-01-01 daily                                                   -> anne -30 point expired; tier two
    -> bert -30 point expired; tier two
    -> carl -30 point expired; tier two
2027-06-01 purchase anne 5.00                                      -> +5 point until 2027-12-31
2027-06-01 purchase bert 10.00                                     -> +10 point until 2027-12-31
2027-06-01 purchase carl 30.00                                     -> +30 point until 2027-12-31
2028-01-01 daily                                                   -> anne -5 point expired; balance 0; tier zero
    -> bert -10 point expired; balance 0; tier one
    -> carl -30 point expired; balance 0; tier two
