programme catalogue
# Something for fifty points, and one week on an estate for twenty thousand: the second to ask comes too late.
# proves: S19, S23
2026-03-01  given     ann 22550 point
2026-03-01  given     bob 20000 point
2026-03-02  redeem    ann tote                                     -> -50 point
2026-03-02  redeem    ann grinder                                  -> -2500 point
2026-03-02  redeem    ann estate-trip                              -> -20000 point; balance 0
2026-03-03  redeem    bob estate-trip                              -> refused out_of_stock; balance 20000
# Goods, a voucher and a service are each one entry.
2026-03-03  redeem    bob mug                                      -> -300 point
2026-03-03  redeem    bob ten-off                                  -> +1 ten-off until 2026-04-02, -500 point
2026-03-03  redeem    bob fast-delivery                            -> -80 point
