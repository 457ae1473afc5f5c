programme between
# A hold that nobody ends is over at its instant, whoever looks first.
2026-01-10 12:00  given alice 90 star
2026-01-10 13:00  hold alice 60 star until 2026-01-10 18:00 key h     -> -60 star held; balance 30 star
2026-01-10 17:59:59  redeem alice 40 star                             -> refused insufficient_points
2026-01-10 18:00  redeem alice 40 star                                -> +60 star held, -40 star; balance 50 star
2026-01-10 18:01  capture alice all of h                              -> refused hold_ended
# The day's end comes while points are held: they do not expire; free, they do.
2026-02-01 12:00  hold alice 30 star until 2026-02-20 12:00 key long  -> -30 star held
2026-02-11        daily                                               -> alice -20 star expired; balance 0 star; held 30 star
2026-02-15        capture alice 10 star                               -> -10 star; held 20 star
2026-02-20 11:00  daily                                               -> nothing
2026-02-20 12:00  daily                                               -> alice +20 star held, -20 star expired; balance 0 star; lots star none
# A late daily does what timely ones would.
2026-03-01 12:00  given bob 10 star
2026-03-01 13:00  hold bob 5 star until 2026-03-02 10:00              -> -5 star held
2026-05-01        daily                                               -> bob +5 star held, -10 star expired; balance 0 star
