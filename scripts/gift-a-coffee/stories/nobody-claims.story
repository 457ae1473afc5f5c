programme gift-a-coffee
# On the eighth day the drink is its giver's again, whoever looks first.
# proves: G4
2026-03-01  enrol     alice                                        -> nothing
2026-03-01  enrol     bob                                          -> nothing
2026-03-01  purchase  alice 32.00                                  -> +32 star until 2027-03-31, +1 friends-drink until 2026-05-30
    1 x gift-drink LATTE 32.00
2026-03-01  give      alice friends-drink key g1                   -> -1 friends-drink held
2026-03-08  claim     bob gift g1                                  -> refused code_lapsed
                                                                   -> alice +1 friends-drink held
2026-03-08  give      alice friends-drink key g2                   -> -1 friends-drink held
2026-03-14  daily                                                  -> nothing
2026-03-15  daily                                                  -> alice +1 friends-drink held
2026-03-16  purchase  alice 32.00 voucher friends-drink            -> -1 friends-drink
    1 x coffee LATTE 32.00
# A gift does not outlive the drink: given five days before its end, it waits for five.
2026-03-16  purchase  alice 32.00                                  -> +32 star until 2027-03-31, +1 friends-drink until 2026-06-14
    1 x gift-drink LATTE 32.00
2026-06-10  give      alice friends-drink key g3                   -> -1 friends-drink held
2026-06-15  daily                                                  -> alice +1 friends-drink held, -1 friends-drink expired
2026-06-15  claim     bob gift g3                                  -> refused code_lapsed
