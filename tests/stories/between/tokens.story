programme between
# Points wait for whoever has the token, with the ends they have; a fee is spent in any case.
2026-01-10 12:00  given alice 30 star until 2026-02-10, 5 mile
2026-01-10 12:00  given bob 1 star until 2026-02-10
2026-01-11        transfer alice 20 star with token key t1   -> -20 star held; balance 10 star; held 20 star
2026-01-11        redeem alice 11 star                       -> refused insufficient_points
2026-01-11        transfer alice 51 star with token          -> refused over_limit
2026-01-11        capture alice all of t1                    -> refused unknown_entry
2026-01-11        release alice of t1                        -> refused unknown_entry
2026-01-12        claim alice points t1                      -> refused same_member
2026-01-12        claim bob gift t1                          -> refused unknown_code
2026-01-12        claim bob points wrong                     -> refused unknown_code
2026-01-12        claim bob points t1                        -> +20 star; lots star 20 until 2026-02-10, 1 until 2026-02-10
                                                             -> alice -20 star; balance 10 star
2026-01-12        claim bob points t1                        -> refused code_used
2026-01-13        transfer alice 4 mile with token key t2    -> -4 mile held, -1 mile; balance 0 mile
2026-01-20        daily                                      -> alice +4 mile held; balance 4 mile
2026-01-20        claim bob points t2                        -> refused code_lapsed
# An end that comes while the points wait is theirs on the other side.
2026-02-08        transfer bob 5 star with token key t3      -> -5 star held
2026-02-11        daily                                      -> alice -10 star expired
                                                             -> bob -16 star expired; held 5 star
2026-02-12        claim alice points t3                      -> +5 star; balance 0 star
                                                             -> bob -5 star
2026-02-12        daily                                      -> alice -5 star expired
# Merging takes what waits along; erasing ends it.
2026-02-13        given bob 8 star until 2026-03-13
2026-02-13        transfer bob 3 star with token key t4      -> -3 star held
2026-02-13        enrol carl                                 -> nothing
2026-02-13        merge bob into carl because two cards      -> -8 star
                                                             -> carl +8 star; held 3 star
2026-02-14        claim alice points t4                      -> +3 star
                                                             -> carl -3 star
2026-02-14        transfer carl 2 star with token key t5     -> -2 star held
