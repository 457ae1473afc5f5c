programme merging
# proves: S97
# Lots, what is owed, figures, limits, tier and ends of two cards become one's.
2026-01-10 enrol alice consent marketing       -> nothing
2026-01-10 enrol bob                           -> nothing
2026-01-20 purchase alice 40.00 key a1         -> +40 point until 2027-01-19, +4 mile, +40 point until 2027-01-19; tier blue
2026-02-20 purchase bob 60.00 key b1           -> +60 point until 2027-02-19, +6 mile, +50 point until 2027-02-19; tier silver
2026-02-21 merge bob into alice key m because two cards  -> -110 point, -6 mile; balance 0 point
                                               -> alice +110 point, +6 mile; balance 190 point; qualifying 100; tier silver
# The old card still works; the month's limit was used up with it.
2026-02-22 purchase bob 10.00 key b2           -> alice +10 point until 2027-02-21, +1 mile; qualifying 110
2026-02-22 merge bob into alice                -> refused merge_loop
2026-02-22 merge alice into bob                -> refused merge_loop
2026-02-22 merge alice into alice              -> refused same_member
# The same command again gets the recorded answer.
2026-02-22 merge bob into alice key m because two cards  -> repeated
# The purchase made with the old card comes back through the survivor.
2026-02-23 return bob 30.00 of b1              -> alice -50 point, -3 mile; balance 150 point; qualifying 80
2026-02-24 redeem bob 50 point                 -> alice -50 point
