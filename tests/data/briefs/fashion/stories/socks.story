programme fashion
2026-03-01        enrol     anna                -> nothing
# Two: none free
2026-03-01 10:00  quote     anna 18.00          -> +18 point from 2026-03-31
    1 x socks A 10.00
    1 x socks B 8.00
# Three of 10, 8 and 6: 6 free. 18 are left.
2026-03-01 10:01  quote     anna 24.00          -> +24 point from 2026-03-31; discount 6.00; warns discount_differs
    1 x socks A 10.00
    1 x socks B 8.00
    1 x socks C 6.00
2026-03-01 10:02  purchase  anna 18.00 off 6.00 from cheapest-free -> +18 point from 2026-03-31; discount 6.00
    1 x socks A 10.00
    1 x socks B 8.00
    1 x socks C 6.00
# Six: of 10, 10, 10, 8, 6 and 5 the two cheapest, 5 and 6.
2026-03-01 10:03  purchase  anna 38.00 off 11.00 from cheapest-free -> +38 point from 2026-03-31; discount 11.00
    3 x socks A 30.00
    1 x socks B 8.00
    1 x socks C 6.00
    1 x socks D 5.00
# Five: still one. And a shirt is no sock.
2026-03-01 10:04  purchase  anna 81.00 off 10.00 from cheapest-free -> +81 point from 2026-03-31; discount 10.00
    5 x socks A 50.00
    1 x shirt S 41.00
