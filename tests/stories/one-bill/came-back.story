programme one-bill
# proves: BILL3
# A reward that comes back in full is free again, as after a void; in part it is not.
2026-01-05 given alice 100 point
2026-01-05 purchase alice 20.00 reward last worth 5.00 reward once worth 5.00 key all -> -20 point
2026-01-05 purchase alice 20.00 reward last worth 5.00             -> refused out_of_stock
2026-01-05 return alice all of all                                 -> +20 point back; balance 100 point
2026-01-05 purchase alice 20.00 reward last worth 5.00 reward once worth 5.00 key part -> -20 point
    1 x food CAKE 5.00
    1 x food PIE 15.00
2026-01-06 return alice line 1 of part                             -> +4 point back
2026-01-06 purchase alice 20.00 reward last worth 5.00             -> refused out_of_stock
2026-01-06 purchase alice 20.00 reward once worth 5.00             -> refused over_limit
2026-01-06 return alice all of part                                -> +16 point back; balance 100 point
2026-01-07 purchase alice 20.00 reward last worth 5.00 reward once worth 5.00 key third -> -20 point
2026-01-07 void alice of third                                     -> +20 point back; balance 100 point
2026-01-08 purchase alice 20.00 reward last worth 5.00 reward once worth 5.00 -> -20 point
