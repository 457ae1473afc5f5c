programme goods
# proves: GOODS1 GOODS2
# Points pay for what is not tobacco and not prepaid; the refusal says how many would do.
2026-01-05 given alice 900 star
2026-01-05 purchase alice 20.00 paid 60 star                 -> refused over_limit; balance 900
    1 x tobacco PIPE 15.00
    1 x food CAKE 5.00
2026-01-05 quote alice 20.00 paid 60 star                    -> refused over_limit
    1 x tobacco PIPE 15.00
    1 x food CAKE 5.00
2026-01-05 quote alice 20.00 paid 50 star                    -> -50 star, +15 star
    1 x tobacco PIPE 15.00
    1 x food CAKE 5.00
2026-01-05 purchase alice 20.00 paid 50 star key pipe        -> -50 star, +15 star; balance 865
    1 x tobacco PIPE 15.00
    1 x food CAKE 5.00
# What they paid for comes back as points, the rest as money.
2026-01-06 return alice of pipe line 1                       -> -15 star; gives 15.00; balance 850
2026-01-06 return alice of pipe line 2                       -> +50 star back; gives 0.00; balance 900
# A line that is named, by its tag or category; a tender that would reach into it with another.
2026-01-07 purchase alice 20.00 paid 10 star line 1          -> refused over_limit
    1 x cards SIM 15.00 tag prepaid
    1 x food CAKE 5.00
2026-01-07 purchase alice 20.00 reward five worth 5.00 paid 10 star -> refused over_limit
    1 x tobacco PIPE 15.00
    1 x food CAKE 5.00
2026-01-07 purchase alice 20.00 reward five worth 5.00       -> -50 star, +15 star
    1 x tobacco PIPE 15.00
    1 x food CAKE 5.00
2026-01-07 purchase alice 15.00 reward piece worth 15.00     -> refused nothing_to_reward
    1 x cards SIM 15.00 tag prepaid
# A discount on the whole lowers what is left for points: 7.50 of the cake, not 10.00.
2026-01-08 purchase alice 15.00 paid 76 star                 -> refused over_limit
    1 x tobacco PIPE 10.00
    1 x food CAKE 10.00
    off 5.00
2026-01-08 purchase alice 15.00 paid 75 star                 -> -75 star, +7 star
    1 x tobacco PIPE 10.00
    1 x food CAKE 10.00
    off 5.00
# What a script sees of the bill.
2026-01-09 purchase alice 20.00 paid 10 star                 -> refused policy_refused
    1 x beer ALE 15.00
    1 x food CAKE 5.00
2026-01-09 purchase alice 20.00 paid 120 star                -> refused policy_refused
    1 x food CAKE 20.00
2026-01-09 redeem alice 10 star                              -> -10 star
# Vouchers: a percentage of the rest, a value for what it may pay.
2026-01-10 issue alice tenth key t                           -> +1 tenth
2026-01-10 purchase alice 30.00 voucher tenth                -> -1 tenth, +28 star
    1 x books MAP 10.00
    1 x food CAKE 20.00
2026-01-10 issue alice mug                                   -> +1 mug
2026-01-10 purchase alice 12.00 voucher mug key m            -> -1 mug, +9 star
    1 x tobacco PIPE 9.00
    1 x food CAKE 3.00
2026-01-11 return alice of m line 2                          -> +1 mug back; gives 0.00
