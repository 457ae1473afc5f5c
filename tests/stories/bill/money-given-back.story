programme bill
# proves: SALE1 SALE2
# What a till sends is booked. A deposit taken back earns nothing and costs no points;
# a coupon that is a line of its own takes its share off what earns, a mere note does not.
2026-01-05 purchase alice 9.75 enrolling                           -> +10 point
    6 x drinks BEER 10.00
    charge deposit -0.25
2026-01-05 purchase alice 9.00                                     -> +9 point
    1 x food CAKE 10.00
    -1 x coupon TEN -1.00
2026-01-05 purchase alice 4.49                                     -> +4 point
    1 x food MILK 4.49
    0 x coupon NOTE 0.00
# The bill pays out, or comes to nothing.
2026-01-06 purchase alice -1.50                                    -> nothing; balance 23
    -6 x deposit BOTTLE -1.50
    pays cash -1.50
2026-01-06 purchase alice 0.00                                     -> nothing; balance 23
    1 x food BREAD 3.00
    -12 x deposit BOTTLE -3.00
# What does not earn does not take away from what earns either.
2026-01-06 purchase alice 5.00                                     -> +10 point; balance 33
    1 x food CAKE 10.00
    -1 x tobacco PIPE -5.00
# It still adds up.
2026-01-06 purchase alice 9.00                                     -> refused does_not_add_up
    1 x food CAKE 10.00
    -1 x coupon TEN -2.00
