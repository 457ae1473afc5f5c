programme annual-pass
# proves: DS2 DS3 DS4 S91
2026-04-01        enrol alice                               -> nothing
2026-04-01        enrol bob                                 -> nothing
2026-04-01        enrol carol                               -> nothing
2026-04-01        pass alice start dream                    -> +1 dream until 2027-03-31
2026-04-01        pass bob start enchant                    -> +1 enchant until 2027-03-31
2026-04-02        activity carol booking day=2026-04-10     -> nothing; warns pass_required
2026-04-02        activity bob booking day=2026-05-01       -> nothing; warns blackout
2026-04-02        activity alice booking day=2026-05-01     -> nothing; warns nothing
2026-04-02        activity bob booking day=2026-07-02       -> nothing; warns too_far
2026-04-02        activity bob booking day=2026-07-01       -> nothing; warns nothing
2026-04-02        activity bob booking day=2026-04-10       -> nothing; warns nothing
2026-04-02        activity bob booking day=2026-04-11       -> nothing; warns nothing
2026-04-02        activity bob booking day=2026-04-12       -> nothing; warns nothing
2026-04-02        activity bob booking day=2026-04-13       -> nothing; warns booking_limit
2026-04-11        activity bob booking day=2026-04-20       -> nothing; warns nothing
2026-04-12        activity alice booking day=2026-04-20     -> nothing; warns nothing
2026-04-12        activity alice booking day=2026-04-21     -> nothing; warns nothing
2026-04-12        activity alice booking day=2026-04-22     -> nothing; warns nothing
2026-04-12        activity alice booking day=2026-04-23     -> nothing; warns nothing
2026-04-12        activity alice booking day=2026-04-24     -> nothing; warns nothing
2026-04-12        activity alice booking day=2026-04-25     -> nothing; warns booking_limit
2027-03-01        activity bob booking day=2027-04-01       -> nothing; warns behind_the_end
