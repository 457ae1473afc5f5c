programme gift-a-coffee
# A friend who is no member claims it just so; whoever has the new code has the drink.
# proves: G5
2026-03-01  enrol     alice                                        -> nothing
2026-03-01  purchase  alice 32.00                                  -> +32 star until 2027-03-31, +1 friends-drink until 2026-05-30
    1 x gift-drink LATTE 32.00
2026-03-01  give      alice friends-drink key g1                   -> -1 friends-drink held
2026-03-02  claim     friend gift g1 unnamed key c1                -> +1 friends-drink
                                                                   -> alice -1 friends-drink
2026-03-02  claim     friend gift g1 unnamed key c1                -> repeated
2026-03-02  claim     friend gift g1 unnamed                       -> refused code_used
2026-03-03  purchase  32.00 voucher friends-drink from friend      -> friend -1 friends-drink
    1 x coffee LATTE 32.00
