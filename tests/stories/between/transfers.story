programme between
# Lots move with the end they have, so that nobody gains time.
2026-01-10 12:00  given alice 30 star until 2026-02-10
2026-01-20 12:00  given alice 30 star until 2026-02-20, 5 mile
2026-01-20 12:00  given bob 1 star until 2026-02-20
2026-01-21        transfer alice 40 star to bob       -> -40 star; balance 20 star; lots star 20 until 2026-02-20
                                                      -> bob +40 star; balance 41 star; lots star 30 until 2026-02-10, 10 until 2026-02-20, 1 until 2026-02-20
2026-01-21        transfer alice 21 star to bob       -> refused over_limit
2026-01-22        transfer alice 21 star to bob       -> refused insufficient_points
2026-01-22        transfer alice 51 star to bob       -> refused over_limit
2026-01-22        transfer alice 5 star to alice      -> refused same_member
2026-01-22        transfer alice 5 star to nobody     -> refused unknown_member
# A fee is spent.
2026-01-22        transfer alice 5 mile to bob        -> refused insufficient_points
2026-01-22        transfer alice 4 mile to bob        -> -5 mile; balance 0 mile
                                                      -> bob +4 mile; balance 4 mile
# What is held stays.
2026-01-23        hold alice 15 star until 2026-01-24 -> -15 star held
2026-01-23        transfer alice 6 star to bob        -> refused insufficient_points
2026-01-23        transfer alice 5 star to bob        -> -5 star
                                                      -> bob +5 star
2026-02-11        daily                               -> alice +15 star held
                                                      -> bob -30 star expired; balance 16 star
