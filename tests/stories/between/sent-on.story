programme between
# What was sent on comes back with the end it was earned with, however it was spent.
2026-01-10 12:00  given alice 30 star until 2026-02-10
2026-01-10 12:00  enrol bob                           -> nothing
2026-01-10 12:00  enrol carol                         -> nothing
2026-01-11        transfer alice 30 star to bob       -> -30 star
                                                      -> bob +30 star
2026-01-12        transfer bob 20 star to carol       -> -20 star
                                                      -> carol +20 star
2026-01-13        redeem carol 20 star key r          -> -20 star; lots star none
2026-01-14        void carol of r                     -> +20 star back until 2026-02-10; lots star 20 until 2026-02-10
