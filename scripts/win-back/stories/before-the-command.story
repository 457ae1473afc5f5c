programme win-back
# What fell due is booked before a purchase, even where nobody ran daily; what
# lies before the campaign runs, or while it is paused, is not made up for.
2025-11-20        enrol     alice consent marketing   -> nothing
2025-11-20        enrol     bob consent marketing     -> nothing
2025-11-30 10:00  purchase  alice 10.00               -> +10 point
2026-01-15 10:00  purchase  bob 10.00                 -> +10 point
2026-03-20 10:00  purchase  alice 10.00               -> +10 point; sends we-miss-you
2026-04-01        pause     win-back because Easter   -> nothing
2026-04-20        daily                               -> bob nothing; sends nothing
2026-04-21        resume    win-back                  -> nothing
2026-05-01        daily                               -> bob nothing; sends nothing
2026-06-20        daily                               -> alice nothing; sends we-miss-you
                                                      -> bob nothing; sends nothing
