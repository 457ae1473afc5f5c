programme catalogue
# Whoever holds a reward has passed every check of it: the till may hand it over an hour later.
2026-03-01  given     ann silver, 25000 point
2026-03-01  given     bob 25000 point
2026-03-01  given     joe 50 point
2026-03-02 10:00  hold ann tasting until 2026-03-02 18:00              -> refused tier_required
2026-03-02 10:00  hold ann concert until 2026-03-02 18:00              -> refused too_soon
2026-03-02 10:00  hold joe mug until 2026-03-02 18:00                  -> refused insufficient_points
# The only one is set aside, and nobody else can have it meanwhile.
2026-03-02 10:00  hold ann estate-trip until 2026-03-02 18:00 key trip -> -20000 point held; balance 5000; held 20000 point
2026-03-02 10:01  redeem bob estate-trip                               -> refused out_of_stock
2026-03-02 10:01  hold bob estate-trip until 2026-03-02 18:00          -> refused out_of_stock
2026-03-02 10:02  capture ann 10 point of trip                         -> refused bad_input
# Released, or timed out, it is there again.
2026-03-02 11:00  release ann of trip                                  -> +20000 point held; balance 25000
2026-03-02 11:01  hold bob estate-trip until 2026-03-02 12:00 key bobs -> -20000 point held
2026-03-02 11:02  redeem ann estate-trip                               -> refused out_of_stock
# What timed out is there again as soon as `daily`, or whoever held it, comes by.
2026-03-02 12:01  daily                                                -> bob +20000 point held
2026-03-02 12:01  hold ann estate-trip until 2026-03-02 18:00 key again -> -20000 point held
2026-03-02 12:02  redeem bob estate-trip                               -> refused out_of_stock
2026-03-02 13:00  capture ann all of again key had                     -> -20000 point; held 0 point
2026-03-02 13:01  redeem bob estate-trip                               -> refused out_of_stock
# A void of the capture gives points and place back.
2026-03-02 14:00  void ann of had                                      -> +20000 point back until 2026-12-31
2026-03-02 14:01  redeem bob estate-trip                               -> -20000 point
# So many a month: what is held counts as had.
2026-03-03 10:00  hold ann fast-delivery until 2026-03-04 18:00 key f  -> -80 point held
2026-03-03  redeem ann fast-delivery                                   -> -80 point
2026-03-03  redeem ann fast-delivery                                   -> -80 point
2026-03-03  redeem ann fast-delivery                                   -> -80 point
2026-03-03  redeem ann fast-delivery                                   -> refused over_limit
2026-03-03 13:00  release ann of f                                     -> +80 point held
2026-03-03 13:01  redeem ann fast-delivery                             -> -80 point
# A reward that gives a voucher gives it when it is captured.
2026-03-04 10:00  hold bob ten-off until 2026-03-04 18:00              -> -500 point held
2026-03-04 11:00  capture bob all                                      -> +1 ten-off until 2026-04-03, -500 point
