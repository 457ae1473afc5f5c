programme bill
# The bill adds up, or it is refused: lines + charges - discounts = total = tenders.
2026-01-05 enrol alice                                             -> nothing
2026-01-05 purchase alice 42.50 at mitte                           -> +42 point
    2 x coffee LATTE 29.00
    1 x food SCONE 13.50
2026-01-05 purchase alice 42.51 at mitte                           -> refused does_not_add_up
    2 x coffee LATTE 29.00
    1 x food SCONE 13.50
2026-01-05 purchase alice 40.00                                    -> +40 point
    2 x coffee LATTE 29.00
    1 x food SCONE 13.50
    off 2.50
    pays card 30.00
    pays cash 10.00
2026-01-05 purchase alice 40.00                                    -> refused does_not_add_up
    pays card 30.00
    pays cash 9.99
# Tax beside the lines earns, delivery does not, a deposit never does.
2026-01-06 purchase alice 20.00                                    -> +14 point
    1 x food CAKE 10.00
    charge tax 4.00
    charge delivery 5.00
    charge deposit 1.00
# A gift card bought does not earn; one that pays does not matter (M9 is about own points).
2026-01-06 purchase alice 60.00                                    -> +10 point
    1 x food CAKE 10.00
    1 x gift-card CARD 50.00
2026-01-06 purchase alice 10.00                                    -> +10 point
    pays gift_card 10.00
# A category that never earns; a discount on the whole takes its share from every line.
2026-01-06 purchase alice 20.00                                    -> +10 point
    1 x tobacco PIPE 10.00
    1 x food CAKE 10.00
2026-01-06 purchase alice 18.00                                    -> +9 point
    1 x tobacco PIPE 10.00
    1 x food CAKE 10.00
    off 2.00
2026-01-06 purchase alice 20.00                                    -> nothing
    1 x tobacco PIPE 20.00
# Nothing bought earns nothing, and is a purchase all the same.
2026-01-06 purchase alice 0.00                                     -> nothing; balance 135
