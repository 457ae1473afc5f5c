programme every-channel-alike
# proves: UQ2 UQ3 S93
# Ordered in the app, collected in the shop: the same order is one purchase.
2026-03-01  enrol     alice                                  -> nothing
2026-03-01  purchase  alice 299.00 order 7001 via app key a -> +299 point
2026-03-02  purchase  alice 299.00 order 7001 at west-lake   -> repeated; balance 299
# It may come back in any shop.
2026-03-05  return    alice all of a at station              -> -299 point; balance 0
2026-03-05  return    alice all of a at west-lake            -> refused too_much_returned
