programme catalogue
# Two tickets; gold members a day early; nobody twice, and nobody when they are gone.
# proves: AM8, PR4, S30, S32
2026-05-30  enrol     ann                                          -> nothing
2026-05-30  purchase  ann 5000.00 -> +5000 point until 2026-12-31; tier gold
2026-05-30  given     bob silver, 5000 point
2026-05-30  given     eve silver, 5000 point
2026-05-30  given     joe silver, 5000 point
2026-05-31 09:59  redeem  ann concert                              -> refused too_soon
2026-05-31 10:00  redeem  bob concert                              -> refused too_soon
2026-05-31 10:00  redeem  ann concert                              -> -1000 point
2026-05-31 10:01  redeem  ann concert                              -> refused over_limit
2026-06-01 09:59:59 redeem  bob concert                            -> refused too_soon
2026-06-01 10:00  redeem  bob concert key bobs                     -> -1000 point
2026-06-01 10:00  redeem  eve concert                              -> refused out_of_stock
# A ticket that comes back is there again.
2026-06-01 11:00  void    bob of bobs                              -> +1000 point back until 2026-12-31
2026-06-01 11:01  redeem  joe concert                              -> -1000 point
2026-06-01 11:01  redeem  ann tasting                              -> -100 point
