programme one-for-one
# Points stay until they are spent.
2020-03-01        enrol     alice                                  -> nothing
2020-03-01        purchase  alice 10.00 at anywhere                -> +10 point
2030-03-01        daily                                            -> nothing
2030-03-01        redeem    alice 10 point                         -> -10 point; balance 0
