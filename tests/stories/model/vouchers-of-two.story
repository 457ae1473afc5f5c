programme model
# A voucher that was used and came back keeps its code through a merge and after it.
2026-11-01 enrol alice                              -> nothing
2026-11-01 enrol bob                                -> nothing
2026-11-01 purchase alice 40.00 key p1              -> +40 point until 2026-12-31, +1 drink until 2026-12-01
2026-11-02 purchase alice 10.00 voucher drink key p2 -> +7 point until 2026-12-31, -1 drink
2026-11-02 void alice of p2                         -> +1 drink back until 2026-12-01, -7 point
2026-11-03 merge alice into bob key m               -> -40 point, -1 drink
                                                    -> bob +40 point, +1 drink
2026-11-04 purchase bob 10.00 voucher drink key p3  -> +7 point until 2026-12-31, -1 drink
2026-11-04 return bob all of p3                     -> +1 drink back until 2026-12-01, -7 point
# What a purchase gave is taken back from whoever its member has become.
2026-11-05 return bob all of p1                     -> -40 point, -1 drink
# A gift can be claimed whoever has it by now: its giver has parted from whom it came from.
2026-11-06 issue alice drink                        -> bob +1 drink until 2026-12-06
2026-11-06 unmerge alice of m                       -> nothing
2026-11-06 issue alice drink                        -> +1 drink until 2026-12-06
2026-11-06 enrol carl                               -> nothing
2026-11-07 merge alice into bob key n               -> -1 drink
                                                    -> bob +1 drink
2026-11-07 give bob drink key g                     -> -1 drink held
2026-11-07 give bob drink key h                     -> -1 drink held
2026-11-08 unmerge alice of n                       -> +1 drink
                                                    -> bob -1 drink
2026-11-08 claim carl gift g                        -> +1 drink
                                                    -> bob -1 drink
2026-11-08 claim carl gift h                        -> +1 drink
                                                    -> alice -1 drink
# Who paid with it while two were one has it again when the purchase comes back.
2026-11-09 issue alice drink                        -> +1 drink until 2026-12-09
2026-11-09 merge alice into bob key o               -> -1 drink
                                                    -> bob +1 drink
2026-11-09 purchase bob 10.00 voucher drink key p4  -> +7 point until 2026-12-31, -1 drink
2026-11-10 unmerge alice of o                       -> nothing
                                                    -> bob nothing
2026-11-10 return bob all of p4                     -> +1 drink back until 2026-12-09, -7 point
2026-11-10 purchase bob 10.00 voucher drink         -> +7 point until 2026-12-31, -1 drink
# What was refused since is refused again when everything is decided again.
2026-11-11 issue alice drink                        -> +1 drink until 2026-12-11
2026-11-11 merge alice into bob key q               -> -1 drink
                                                    -> bob +1 drink
2026-11-11 purchase bob 10.00 voucher drink key p5  -> +7 point until 2026-12-31, -1 drink
2026-11-12 unmerge alice of q                       -> nothing
2026-11-12 return bob all of p5                     -> +1 drink back until 2026-12-11, -7 point
2026-11-12 give bob drink key i                     -> -1 drink held
2026-11-12 purchase carl 10.00 voucher drink from bob -> refused code_used
