programme gift-a-coffee
# Three drinks are three vouchers, on one bill as on three; a drink that comes back takes its own along.
2026-03-01  enrol     alice                                        -> nothing
2026-03-01  purchase  alice 96.00 key p1                           -> +96 star until 2027-03-31, +1 friends-drink until 2026-05-30, +1 friends-drink until 2026-05-30, +1 friends-drink until 2026-05-30
    3 x gift-drink LATTE 96.00
2026-03-02  return    alice line 1 qty 1 of p1                     -> -32 star, -1 friends-drink
2026-03-03  return    alice all of p1                              -> -64 star, -2 friends-drink
