programme gift-a-coffee
# Before the claim the drink comes back with its stars; afterwards there is no money back.
# proves: G6
2026-03-01  enrol     alice                                        -> nothing
2026-03-01  enrol     bob                                          -> nothing
2026-03-01  purchase  alice 32.00 key p1                           -> +32 star until 2027-03-31, +1 friends-drink until 2026-05-30
    1 x gift-drink LATTE 32.00
2026-03-01  give      alice friends-drink key g1                   -> -1 friends-drink held
2026-03-02  return    alice all of p1                              -> -32 star, -1 friends-drink; gives 32.00; balance 0 star
2026-03-02  claim     bob gift g1                                  -> refused code_used
2026-03-03  purchase  alice 32.00 key p2                           -> +32 star until 2027-03-31, +1 friends-drink until 2026-06-01
    1 x gift-drink LATTE 32.00
2026-03-03  give      alice friends-drink key g2                   -> -1 friends-drink held
2026-03-04  claim     bob gift g2                                  -> +1 friends-drink
                                                                   -> alice -1 friends-drink
2026-03-05  return    alice all of p2                              -> refused already_spent
