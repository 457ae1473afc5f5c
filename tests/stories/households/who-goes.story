programme households
# Whoever is erased or merged is out of the household; nobody is one alone.
2026-01-10  given     ann 30 point
2026-01-10  given     ben 40 point
2026-01-10  given     cat 50 point
2026-01-11  household ben join ann                 -> nothing
2026-01-11  household cat join ann                 -> nothing
2026-01-12  erase     cat because asked            -> -50 point expired
2026-01-12  redeem    ann 71 point                 -> refused insufficient_points
2026-01-12  redeem    ann 50 point                 -> -30 point
                                                   -> ben -20 point
2026-01-13  given     dan 5 point
2026-01-13  merge     ann into dan key m because two cards  -> nothing
2026-01-13  household ben leave                    -> refused already_so
2026-01-13  redeem    dan 6 point                  -> refused insufficient_points
2026-01-14  household dan join ben                 -> nothing
2026-01-14  redeem    ann 25 point                 -> ben -20 point
                                                   -> dan -5 point
# Into a member of the same household; the other two go on.
2026-01-15  given     eve 7 point
2026-01-15  household eve join ben                 -> nothing
2026-01-15  merge     eve into ben because two cards  -> -7 point
                                                   -> ben +7 point
2026-01-15  redeem    dan 7 point                  -> nothing
                                                   -> ben -7 point
