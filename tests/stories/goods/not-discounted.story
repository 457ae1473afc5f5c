programme goods
# proves: GOODS3
# Books have their price: a campaign's ten per cent is for the rest, and never more than it costs.
2026-01-05 enrol alice                                                      -> nothing
2026-01-05 quote alice 30.00 code SPRING                                    -> +30 star; discount 3.00
    1 x books NOVEL 20.00
    1 x food CAKE 10.00
2026-01-05 purchase alice 27.00 code SPRING off 3.00 from base key a        -> +27 star; discount 3.00; warns nothing
    1 x books NOVEL 20.00
    1 x food CAKE 10.00
2026-01-06 return alice of a line 1                                         -> -20 star; gives 20.00
2026-01-06 return alice of a line 2                                         -> -7 star; gives 7.00
2026-01-07 quote alice 30.00 code SPRING                                    -> +30 star; discount 1.00
    1 x books NOVEL 29.00
    1 x food CAKE 1.00
2026-01-07 quote alice 30.00 code SPRING                                    -> +30 star; discount 0.00
    1 x books NOVEL 30.00
2026-01-07 quote alice 30.00 code LINES                                     -> +30 star; discount 1.00
    1 x books NOVEL 20.00
    1 x food CAKE 10.00
2026-01-07 quote alice 30.00 code OPEN                                      -> +30 star; discount 5.00
    1 x books NOVEL 20.00
    1 x food CAKE 10.00
# The shop's own discount is booked, with a warning where it is for books; on the whole it is for the rest.
2026-01-08 purchase alice 28.00 key b                                       -> +28 star; warns not_discounted
    1 x books NOVEL 20.00
    1 x food CAKE 10.00
    off 2.00 line 1
2026-01-08 purchase alice 28.00 off 2.00 key c                              -> +28 star; warns nothing
    1 x books NOVEL 20.00
    1 x food CAKE 10.00
2026-01-09 return alice of c line 1                                         -> -20 star; gives 20.00
