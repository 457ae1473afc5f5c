programme returns
# proves: BACK1 BACK2 BACK3
# A tea at half price beside a television: each gives back what was paid for it.
2026-01-05 enrol a                                                 -> nothing
2026-01-05 purchase a 90.00 key tv                                 -> +90 point until 2027-01-04
    1 x food TEA 20.00
    1 x goods TV 80.00
    off 10.00 line 1
2026-01-06 return a line 1 of tv                                   -> -10 point; gives 10.00; balance 80
2026-01-06 return a line 2 of tv                                   -> -80 point; gives 80.00; balance 0
# Nobody said what it was for: over what the lines cost.
2026-01-06 purchase a 90.00 key unsaid                             -> +90 point until 2027-01-05
    1 x food TEA 20.00
    1 x goods TV 80.00
    off 10.00
2026-01-06 return a line 1 of unsaid                               -> -18 point; gives 18.00; balance 72
2026-01-06 return a all of unsaid                                  -> -72 point; gives 72.00; balance 0
# More off than the line costs: what is over comes off the rest.
2026-01-06 purchase a 70.00 key over                               -> +70 point until 2027-01-05
    1 x food TEA 20.00
    1 x goods TV 80.00
    off 30.00 line 1
2026-01-06 return a line 1 of over                                 -> nothing; gives 0.00; balance 70
2026-01-06 return a line 2 of over                                 -> -70 point; gives 70.00; balance 0
# A scone paid in cash beside a coffee that a reward paid for.
2026-01-07 given b 7 point
2026-01-07 purchase b 7.00 key scone                               -> -7 point, +3 point until 2027-01-06; balance 3
    1 x coffee LATTE 4.00
    1 x food SCONE 3.00
    reward free-coffee worth 4.00
2026-01-08 return b line 2 of scone                                -> -3 point; gives 3.00; balance 0
2026-01-08 return b line 1 of scone                                -> +7 point back until 2027-01-06; gives 0.00; balance 7
# The other way round, and by the piece: the reward paid for one of two.
2026-01-08 given c 7 point
2026-01-08 purchase c 8.00 key two                                 -> -7 point, +4 point until 2027-01-07; balance 4
    2 x coffee LATTE 8.00
    reward free-coffee worth 4.00
2026-01-08 return c line 1 qty 1 of two                            -> -2 point, +3 point back until 2027-01-07; gives 2.00; balance 5
2026-01-08 return c line 1 of two                                  -> -2 point, +4 point back until 2027-01-07; gives 2.00; balance 7
# Points for a line, by its number.
2026-01-08 given d 3 point
2026-01-08 purchase d 10.00 key points                             -> -3 point, +7 point until 2027-01-07; balance 7
    1 x food CAKE 4.00
    1 x food PIE 6.00
    paid 3 point line 1
2026-01-08 return d line 2 of points                               -> -6 point; gives 6.00; balance 1
2026-01-08 return d line 1 of points                               -> -1 point, +3 point back until 2027-01-07; gives 1.00; balance 3
# A line that is not there.
2026-01-08 purchase d 10.00                                        -> refused bad_input
    1 x food CAKE 11.00
    off 1.00 line 2
# An amount within a line is money that was paid for it: its half is half the goods.
2026-01-09 purchase e 10.00 enrolling key half                     -> +10 point until 2027-01-08
    2 x food TEA 20.00
    off 10.00 line 1
2026-01-10 return e line 1 amount 5.00 of half                     -> -5 point; gives 5.00; balance 5
2026-01-10 return e line 1 amount 5.01 of half                     -> refused too_much_returned
2026-01-10 return e line 1 amount 5.00 of half                     -> -5 point; gives 5.00; balance 0
