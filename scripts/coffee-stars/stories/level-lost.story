programme coffee-stars
# Who falls from gold to jade loses the reward stars with it.
# proves: SB7
2026-01-10  enrol     alice                                        -> nothing
2026-01-10  purchase  alice 800.00                                 -> nothing
2026-01-11  purchase  alice 500.00                                 -> +10 star until 2027-01-31
2027-01-10  daily                                                  -> alice -10 star expired
