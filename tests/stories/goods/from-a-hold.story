programme goods
# proves: HOLD1 HOLD2
# A web order sets points aside, and the till captures them as a tender: part of them, then the rest.
2026-01-05 12:00 given alice 300 star
2026-01-05 12:00 hold alice 100 star until 2026-01-06 12:00 key h1      -> -100 star held; balance 200; held 100
2026-01-05 12:01 purchase alice 20.00 held h1 60 worth 6.00 key p1      -> +14 star, -60 star; held 40
2026-01-05 12:01 purchase alice 20.00 held h1 60 worth 6.00 key p1      -> repeated
2026-01-05 12:02 purchase alice 20.00 held h1 60 worth 6.00             -> refused insufficient_points
2026-01-05 12:02 purchase alice 20.00 held h1 10 final worth 1.00 key p2 -> +19 star, -10 star, +30 star held; held 0
2026-01-05 12:03 purchase alice 20.00 held h1                           -> refused hold_ended
# Beside points paid directly; goods they are not for stay barred; a return gives back as ever.
2026-01-05 12:04 hold alice 100 star until 2026-01-06 12:00 key h2      -> -100 star held
2026-01-05 12:05 purchase alice 20.00 held h2                           -> refused over_limit
    1 x tobacco PIPE 15.00
    1 x food CAKE 5.00
2026-01-05 12:05 purchase alice 20.00 held h2 worth 10.00 paid 10 star key p3 -> +9 star, -110 star; held 0
2026-01-05 13:00 return alice all of p3                                 -> -9 star, +110 star back; gives 9.00
2026-01-05 13:01 void alice of p2                                       -> -19 star, +10 star back
# A reward that was set aside pays its pieces; a void gives the points back.
2026-01-06 12:00 hold alice piece until 2026-01-07 12:00 key h3         -> -20 star held
2026-01-06 12:01 purchase alice 20.00 held h3 5 worth 8.00              -> refused bad_input
    1 x food CAKE 8.00
    1 x tv TV 12.00
2026-01-06 12:01 purchase alice 20.00 held h3 worth 8.00 line 1 key p4  -> +12 star, -20 star; held 0
    1 x food CAKE 8.00
    1 x tv TV 12.00
2026-01-06 12:02 void alice of p4                                       -> -12 star, +20 star back
# One that falls short is left out where the sale says so, and the hold stays.
2026-01-06 12:03 hold alice 50 star until 2026-01-06 14:00 key h4       -> -50 star held
2026-01-06 12:04 purchase alice 20.00 if_short book held h4 50 worth 4.00 -> +20 star; collects 4.00; held 50
2026-01-06 14:00 purchase alice 20.00 if_short book held h4 50 worth 5.00 -> +50 star held, +20 star; collects 5.00; held 0
2026-01-06 15:00 purchase alice 20.00 if_short book held h4         -> +20 star; collects 5.00
2026-01-06 15:00 purchase alice 20.00 held h4                       -> refused hold_ended
