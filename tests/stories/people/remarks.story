programme people
# proves: NOTE1
2026-01-01  enrol    alice                                                     -> nothing
2026-01-01  note     alice for service saying prefers oat milk                 -> refused unknown_purpose
2026-01-01  note     alice for personalise saying prefers oat milk             -> refused no_consent
2026-01-02  consent  alice give personalise                                    -> nothing
2026-01-02  note     alice for personalise key n1 saying prefers oat milk      -> nothing
2026-01-03  note     alice for personalise key n1 saying prefers cow milk      -> refused key_conflict
2026-01-04  note     alice for marketing/sms saying writes back                -> refused no_consent
2026-01-05  consent  alice give marketing                                      -> nothing
2026-01-05  note     alice for marketing/sms saying writes back                -> nothing
2026-01-06  erase    alice                                                     -> nothing
2026-01-06  note     alice for personalise saying sits outside                 -> refused unknown_member
