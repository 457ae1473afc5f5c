programme caps
# proves: C1.4-7
# Both days are included; hours end before their end; one window runs over midnight.
2026-03-09 enrol alice                                             -> nothing
2026-03-09 23:59:59 purchase alice 10.00 code DATED                -> +10 point
2026-03-10 00:00 purchase alice 10.00 code DATED                   -> +10 point, +10 point
2026-03-12 23:59:59 purchase alice 10.00 code DATED                -> +10 point, +10 point
2026-03-13 00:00 purchase alice 10.00 code DATED                   -> +10 point
2026-03-13 06:59:59 purchase alice 10.00 code HOURS                -> +10 point
2026-03-13 07:00 purchase alice 10.00 code HOURS                   -> +10 point, +10 point
2026-03-13 09:59:59 purchase alice 10.00 code HOURS                -> +10 point, +10 point
2026-03-13 10:00 purchase alice 10.00 code HOURS                   -> +10 point
2026-03-13 22:00 purchase alice 10.00 code HOURS                   -> +10 point, +10 point
2026-03-14 01:59:59 purchase alice 10.00 code HOURS                -> +10 point, +10 point
2026-03-14 02:00 purchase alice 10.00 code HOURS                   -> +10 point
# A paused campaign gives nothing until it is resumed; twice is refused.
2026-03-15 pause mornings because stock                            -> nothing
2026-03-15 08:00 purchase alice 10.00 code HOURS                   -> +10 point
2026-03-15 pause mornings                                          -> refused already_so
2026-03-15 resume mornings                                         -> nothing
2026-03-16 08:00 purchase alice 10.00 code HOURS                   -> +10 point, +10 point
2026-03-16 pause no-such-campaign                                  -> refused unknown_campaign
