programme subunits
# proves: SB1 SB2 SB3
# 0.6 is 12000 of 20000 parts; they add up exactly.
2026-01-05 enrol alice                                              -> nothing
2026-01-05 purchase alice 30.00 key first pays cash 30.00           -> +0.6 star; balance 0.6
2026-01-05 purchase alice 30.00                                     -> +0.6 star; balance 1.2
2026-01-05 purchase alice 100.00 via app pays gift_card 100.00      -> +2.5 star; balance 3.7
# The smallest part is 0.00005; less than that cannot be asked for.
2026-01-06 adjust alice +0.00005 star                               -> +0.00005 star
2026-01-06 adjust alice -0.00005 star                               -> -0.00005 star
2026-01-06 redeem alice 0.00001 star                                -> refused bad_input
2026-01-06 redeem alice 3.75 star                                   -> refused insufficient_points
2026-01-06 redeem alice 11 star                                     -> refused over_limit
# 0.02 at 50.00 a star is 0.0004: eight parts. Rounding ends what is smaller.
2026-01-06 purchase alice 0.02                                      -> +0.0004 star; balance 3.7004
2026-01-06 purchase alice 10.00 paid 0.5 star                       -> +0.19 star, -0.5 star; balance 3.3904
# A double is cut at 3 stars of it; a fact is the exact number.
2026-01-07 purchase alice 200.00 code TWICE                         -> +4 star, +3 star; balance 10.3904
2026-01-08 return alice all of first                                -> -0.6 star; balance 9.7904
2026-01-09 redeem alice 9.7904 star                                 -> -9.7904 star; balance 0; lots star none
