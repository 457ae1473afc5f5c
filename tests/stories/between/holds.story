programme between
# Held points are the member's, but cannot be spent otherwise.
2026-01-10        enrol alice                                         -> nothing
2026-01-10 12:00  purchase alice 90.00                                -> +90 star until 2026-02-10
2026-01-10 13:00  hold alice 60 star until 2026-01-10 18:00 key one   -> -60 star held; balance 30 star; held 60 star
2026-01-10 13:01  redeem alice 40 star                                -> refused insufficient_points
2026-01-10 13:02  hold alice 40 star until 2026-01-10 18:00           -> refused insufficient_points
2026-01-10 13:02  hold alice 10 star until 2026-01-10 12:00           -> refused bad_input
# Part of it is spent; the rest stays held until the last or a final part.
2026-01-10 14:00  capture alice 20 star key part of one                  -> -20 star; balance 30 star; held 40 star
2026-01-10 14:01  capture alice 41 star of one                          -> refused insufficient_points
2026-01-10 14:02  capture alice 10 star final of one                    -> -10 star, +30 star held; balance 60 star; held 0 star
2026-01-10 14:03  capture alice all of one                                   -> refused hold_ended
2026-01-10 14:04  release alice of one                                       -> refused hold_ended
# What was spent of a hold can be undone; the points are free then.
2026-01-10 14:10  void alice of part                                  -> +20 star back until 2026-02-10; balance 80 star
# What is spent of a hold counts as spent on that day: 10 are left of 100.
2026-01-10 15:00  hold alice 80 star until 2026-01-10 16:00 key two   -> -80 star held
2026-01-10 15:01  capture alice all of two                                   -> -80 star; balance 0 star; lots star none
2026-01-11 05:00  purchase alice 10.00                                -> +10 star until 2026-02-11
2026-01-11 05:10  hold alice 10 star until 2026-01-11 18:00           -> refused policy_refused
2026-01-11 08:00  hold alice 10 star until 2026-01-11 18:00 key off   -> -10 star held
2026-01-11 09:00  release alice of off                                -> +10 star held; balance 10 star
