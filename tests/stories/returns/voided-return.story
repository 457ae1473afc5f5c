programme returns
# A return that was undone took nothing: what expired since still counts once, not twice.
2026-03-08 enrol bob                                               -> nothing
2026-03-08 purchase bob 30.00 key b                                -> +30 point until 2027-03-07
2026-03-08 redeem bob 10 point                                     -> -10 point
2026-03-09 return bob 15.00 of b key slip                          -> -15 point; balance 5
2026-03-09 void bob of slip                                        -> +15 point back until 2027-03-07; balance 20
2027-03-08 purchase bob 50.00                                      -> -20 point expired, +50 point until 2028-03-07
2027-03-09 return bob 15.00 of b                                   -> nothing; balance 50
2027-03-09 return bob 15.00 of b                                   -> -10 point; balance 40
