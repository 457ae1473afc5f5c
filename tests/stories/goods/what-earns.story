programme goods
# proves: SALE5 SALE6 SALE7 SALE8
# Tax that lines contain does not earn, in proportion to what is paid for them; tips and the
# service fee do not either, however they are spelt.
2026-01-05 enrol alice                                        -> nothing
2026-01-05 purchase alice 134.10 key a                        -> +110 star
    1 x tv TV 119.00 name TV tax 19.00 price 119.00 id L1
    1 x food CAKE 10.70 tax 0.70
    charge tip 2.00
    charge service-fee 2.40
2026-01-05 purchase alice 107.10 key b                        -> +90 star
    1 x tv TV 119.00 tax 19.00
    off 11.90
2026-01-06 return alice of b line 1 amount 53.55              -> -45 star; gives 53.55
2026-01-06 return alice all of b                              -> -45 star; gives 53.55
# A gift card bought does not earn, however its category is spelt; nobody minds how one pays.
2026-01-07 purchase alice 60.00 pays gift-card 60.00          -> +10 star
    1 x gift-card CARD 50.00
    1 x food CAKE 10.00
2026-01-07 purchase alice 60.00 pays gift_card 60.00          -> +10 star
    1 x gift_card CARD 50.00
    1 x food CAKE 10.00
# A code that no campaign has; one that a script asks for is known.
2026-01-08 purchase alice 10.00 code SPRNG                    -> +10 star; warns promotion_unknown
2026-01-08 purchase 10.00 code SPRNG                          -> nothing; warns promotion_unknown
2026-01-08 purchase alice 9.00 code SPRING off 1.00 from base -> +9 star; warns nothing
# For training: what would come of it, and nothing is booked; the key is still free.
2026-01-09 purchase alice 50.00 training key train            -> nothing; balance 149
2026-01-09 redeem alice 500 star training                     -> refused insufficient_points
2026-01-09 purchase alice 40.00 key train                     -> +40 star; balance 189
