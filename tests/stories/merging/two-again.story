programme merging
# With nothing in between, both stand as they stood.
2026-01-10 enrol alice consent marketing       -> nothing
2026-01-10 enrol bob                           -> nothing
2026-01-20 purchase alice 40.00                -> +40 point until 2027-01-19, +4 mile, +40 point until 2027-01-19
2026-02-20 purchase bob 60.00                  -> +60 point until 2027-02-19, +6 mile, +50 point until 2027-02-19
2026-02-20 hold bob 20 point until 2026-03-20 12:00 key h  -> -20 point held
2026-02-21 merge bob into alice key m          -> -110 point, -6 mile
                                               -> alice +110 point, +6 mile; held 20 point; tier silver
2026-02-21 unmerge bob of m key u              -> +110 point, +6 mile; balance 90 point; held 20 point; qualifying 60; tier silver; lots point 60 until 2027-02-19, 50 until 2027-02-19
                                               -> alice -110 point, -6 mile; balance 80 point; held 0 point; qualifying 40; tier blue; lots point 40 until 2027-01-19, 40 until 2027-01-19
2026-02-21 unmerge bob of m key u              -> repeated
2026-02-21 unmerge bob of m                    -> refused already_voided
2026-02-21 capture bob 5 point of h            -> -5 point; held 15 point
# What is left of what came goes back; what was spent is gone. The tier goes back as well: the next
# purchase judges it by what is hers.
2026-02-22 merge bob into alice key n          -> -105 point, -6 mile
                                               -> alice +105 point, +6 mile; balance 170 point
2026-02-22 redeem alice 100 point              -> -100 point
2026-02-22 purchase alice 10.00                -> +10 point until 2027-02-21, +1 mile
2026-02-23 unmerge bob of n                    -> +85 point, +6 mile; balance 70 point; qualifying 60
                                               -> alice -85 point, -6 mile; balance 10 point; qualifying 50; tier blue
# Erasing the survivor erases whoever was merged into them.
2026-02-24 merge bob into alice key o          -> -85 point, -6 mile
                                               -> alice +85 point, +6 mile
2026-02-24 erase alice because asked           -> +15 point held, -11 mile expired, -95 point expired
2026-02-24 unmerge bob of o                    -> refused member_erased
2026-02-24 purchase bob 5.00                   -> refused unknown_member
