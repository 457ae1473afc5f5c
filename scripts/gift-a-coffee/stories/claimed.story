programme gift-a-coffee
# A drink is bought, given and claimed; it is drunk once, and the friend earns nothing for it.
# proves: G1, G2, G3, S26, S27
2026-03-01  enrol     alice                                        -> nothing
2026-03-01  enrol     bob                                          -> nothing
2026-03-01  purchase  alice 32.00                                  -> +32 star until 2027-03-31, +1 friends-drink until 2026-05-30
    1 x gift-drink LATTE 32.00
2026-03-01  give      alice friends-drink key g1                   -> -1 friends-drink held
# It waits for the friend, so its giver can neither drink it nor give it twice.
2026-03-01  purchase  alice 32.00 voucher friends-drink            -> refused code_used
    1 x coffee LATTE 32.00
2026-03-01  give      alice friends-drink                          -> refused code_used
2026-03-01  claim     alice gift g1                                -> refused same_member
2026-03-02  claim     bob gift wrong                               -> refused unknown_code
2026-03-02  claim     bob gift g1 key c1                           -> +1 friends-drink; lots friends-drink 1 until 2026-05-30
                                                                   -> alice -1 friends-drink
2026-03-02  claim     bob gift g1 key c1                           -> repeated
2026-03-02  claim     bob gift g1                                  -> refused code_used
# The friend's voucher has a code of its own; the giver's is good for nothing now.
2026-03-03  purchase  40.00 voucher friends-drink from alice       -> refused code_used
    1 x coffee MOCHA 40.00
2026-03-03  purchase  bob 40.00 voucher friends-drink              -> +8 star until 2027-03-31, -1 friends-drink
    1 x coffee MOCHA 40.00
2026-03-03  purchase  bob 40.00 voucher again                      -> refused code_used
    1 x coffee MOCHA 40.00
