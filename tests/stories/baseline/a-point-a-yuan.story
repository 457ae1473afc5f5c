programme baseline
# proves: B0.1 B0.2 B0.3 B0.4 B0.9
# B0.1, B0.2: 123.45 earns 123; 0.99 is a purchase and earns nothing.
2026-03-10 enrol alice born 03-10                                  -> nothing; tier bronze
2026-03-10 purchase alice 123.45                                   -> +123 point until 2026-12-31, +123 growth; tier bronze
2026-03-10 purchase alice 0.99                                     -> nothing; lots 123 until 2026-12-31
# B0.3, B0.4: gold has a birthday, bronze has none; the two lines are shown apart.
2026-03-10 enrol grace born 03-10                                  -> nothing
2026-03-10 purchase grace 5000.00                                  -> +5000 point until 2026-12-31; tier gold
2026-03-10 purchase grace 123.45                                   -> +123 point until 2026-12-31, +123 point until 2026-12-31, +123 growth
# B0.9, T4: 999, and then 1.00: earned as bronze; the next purchase is silver's.
2026-04-01 enrol sam                                               -> nothing
2026-04-01 purchase sam 999.00 code SILVER                         -> +999 point until 2026-12-31; tier bronze
2026-04-01 purchase sam 1.00 code SILVER                           -> +1 point until 2026-12-31, +1 growth; tier silver
2026-04-01 purchase sam 1.00 code SILVER                           -> +1 point until 2026-12-31, +7 point until 2026-12-31; tier silver
# T1: spending points does not touch the tier.
2026-04-02 redeem sam 1008 point                                   -> -1008 point; balance 0; tier silver
