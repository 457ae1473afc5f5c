programme one-for-one
# Every purchase is rounded down by itself; no tiers, any shop.
1997-01-12        enrol     alice                                  -> nothing
1997-01-12        purchase  alice 12.00                            -> +12 point
1997-01-12        purchase  alice 77.99                            -> +77 point
1997-02-01        purchase  alice 0.99                             -> nothing
1997-02-02        redeem    alice 80 point                         -> -80 point; balance 9
