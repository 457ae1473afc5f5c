programme down-never
# A tier once reached is kept.
2026-06-01 enrol alice                                             -> nothing; tier bronze
2026-06-01 purchase alice 1000.00                                  -> +1000 point; tier gold
2030-01-01 daily                                                   -> nothing
2030-01-01 redeem alice 1 point                                    -> -1 point; tier gold
