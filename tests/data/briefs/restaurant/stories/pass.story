programme restaurant
2026-06-01 20:00  enrol     alice born 06-10  -> nothing
2026-06-01 22:00  purchase  alice 100.00      -> +300 point
    charge tip 10.00
    1 x food DINNER 60.00
    1 x wine BAROLO 30.00
2026-06-02 13:00  purchase  alice 19.90       -> +99 point; balance 399
    1 x food LUNCH 19.90
# The tenth and the last of seven days.
2026-06-10        daily                       -> alice +1 dessert until 2026-06-16; sends happy-birthday
# At most half: 4.00 of 6.00 is too much, 3.00 is not.
2026-06-11 13:00  purchase  alice 6.00 paid 399 point worth 3.99 pays cash 2.01  -> refused over_limit
    1 x food SOUP 6.00
2026-06-11 13:05  purchase  alice 6.00 paid 300 point worth 3.00 pays cash 3.00  -> +15 point, -300 point; balance 114
    1 x food SOUP 6.00
