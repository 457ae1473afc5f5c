programme households
# Whatever ends soonest is spent first, whosever it is; each lot stays its contributor's.
# proves: S73
2026-01-05  given     ben 40 point, 9 mile
2026-01-08  given     ann 30 point, 9 mile
2026-01-10  given     cat 50 point
2026-01-10  given     dan 60 point
2026-01-11  redeem    ann 31 point                 -> refused insufficient_points
2026-01-11  household ben join ben                 -> refused same_member
2026-01-11  household ben leave                    -> refused already_so
2026-01-11  household ben join ann key h1          -> nothing
2026-01-11  household ben join ann key h1          -> repeated
2026-01-11  household ann join ben                 -> refused already_so
2026-01-12  redeem    ann 35 point key r1          -> nothing; balance 30 point
                                                   -> ben -35 point; balance 5 point
2026-01-12  redeem    ann 10 mile                  -> refused insufficient_points
2026-01-12  household cat join ben                 -> nothing
2026-01-12  household dan join cat                 -> refused household_full
2026-01-12  household cat join dan                 -> refused household_full
# A limit is the spender's own: 65 are left of ann's hundred today.
2026-01-12  redeem    ann 66 point                 -> refused over_limit
2026-01-12  redeem    ann 65 point key r2          -> -30 point
                                                   -> ben -5 point
                                                   -> cat -30 point; balance 20 point
2026-01-13  redeem    ben 21 point                 -> refused insufficient_points
# What is undone goes back to whom it came from; a purchase too is paid by all of them.
2026-01-13  void      ann of r2                    -> +30 point back until 2026-02-08
                                                   -> ben +5 point back until 2026-02-05
                                                   -> cat +30 point back until 2026-02-10
2026-01-13  purchase  ben 10.00 paid 60 point key p1  -> +4 point until 2026-02-13, -5 point; balance 4 point
                                                   -> ann -30 point
                                                   -> cat -25 point
2026-01-14  return    ben all of p1                -> -4 point, +5 point back until 2026-02-05; balance 5 point
                                                   -> ann +30 point back until 2026-02-08
                                                   -> cat +25 point back until 2026-02-10
# Only one's own can be held.
2026-01-15  hold      ben 6 point until 2026-01-16 -> refused insufficient_points
# Leaving moves nothing.
2026-01-15  household cat leave                    -> nothing; balance 50 point
2026-01-15  redeem    ben 36 point                 -> refused insufficient_points
2026-01-15  household dan join ben                 -> nothing
# What ended is nobody's to spend.
2026-02-06  redeem    dan 91 point                 -> refused insufficient_points
                                                   -> ben -5 point expired
2026-02-06  redeem    dan 35 point                 -> -5 point
                                                   -> ann -30 point
