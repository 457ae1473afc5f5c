programme corner-cafe
# Five hundred stars within a year are gold until the end of the next; one step down a month later.
2026-01-05        enrol     alice                                  -> nothing
2026-01-06 09:30  purchase  alice 499.00 at mitte                  -> +499 star until 2026-12-31, +499 year-star, +300 star until 2026-12-31; tier silver
2026-01-07 09:30  purchase  alice 1.00 at mitte                    -> +1 star until 2026-12-31, +1 year-star; tier gold
2028-01-31        daily                                            -> alice -400 star expired, -200 star expired; tier gold
2028-02-01        daily                                            -> alice nothing; tier silver
