programme goods
# proves: HOLD3 HOLD4
# A voucher waits for a payment: its code pays nowhere else, until it is captured, released or timed out.
2026-01-05 12:00 enrol alice                                        -> nothing
2026-01-05 12:00 enrol bob                                          -> nothing
2026-01-05 12:00 issue alice mug key v1                             -> +1 mug
2026-01-05 12:01 hold alice voucher mug until 2026-01-05 13:00 key h1       -> -1 mug held
2026-01-05 12:02 purchase alice 20.00 voucher mug                   -> refused code_used
2026-01-05 12:02 hold alice voucher mug until 2026-01-05 13:00              -> refused code_used
2026-01-05 12:02 give alice mug                                     -> refused code_used
2026-01-05 12:03 purchase alice 20.00 held h1 key p1                -> -1 mug, +15 star
2026-01-05 12:04 purchase alice 20.00 held h1                       -> refused hold_ended
2026-01-05 12:05 return alice all of p1                             -> -15 star, +1 mug back; gives 15.00
2026-01-05 12:06 hold alice voucher mug until 2026-01-05 13:00 key h2       -> -1 mug held
2026-01-05 12:07 release alice of h2                                -> +1 mug held
2026-01-05 12:08 hold alice voucher mug until 2026-01-05 13:00 key h3       -> -1 mug held
2026-01-05 13:00 purchase alice 20.00 voucher mug key p2            -> +1 mug held, -1 mug, +15 star
2026-01-05 13:01 void alice of p2                                   -> +1 mug back, -15 star
# Without its code, by whoever is known to hold it, where the programme says so.
2026-01-05 13:02 issue alice tenth                                  -> +1 tenth
2026-01-05 13:03 purchase alice 20.00 uses mug                      -> refused bad_input
2026-01-05 13:04 purchase alice 20.00 uses tenth key p3             -> -1 tenth, +18 star
2026-01-05 13:04 purchase alice 20.00 uses tenth key p3             -> repeated
2026-01-05 13:05 purchase alice 20.00 uses tenth                    -> refused code_used
2026-01-05 13:05 purchase bob 20.00 uses tenth                      -> refused code_used
