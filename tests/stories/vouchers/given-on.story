programme vouchers
# A gift can be given on; article, beginning and end go with it, through merges too.
2026-03-01  enrol     alice                                        -> nothing
2026-03-01  enrol     bob                                          -> nothing
2026-03-01  enrol     carl                                         -> nothing
2026-03-01  purchase  alice 80.00 key p1                           -> +80 star, +1 free-drink from 2026-03-02 until 2026-03-31, +1 sample
    1 x beans ETHIOPIA 80.00
2026-03-01  give      alice sample key g1                          -> -1 sample held
2026-03-01  give      alice sample key g1                          -> repeated
2026-03-01  claim     bob gift g1                                  -> +1 sample
                                                                   -> alice -1 sample
2026-03-01  give      bob sample key g2                            -> -1 sample held
2026-03-01  claim     carl gift g2                                 -> +1 sample
                                                                   -> bob -1 sample
2026-03-01  purchase  carl 12.00 voucher sample                    -> refused nothing_to_reward
    1 x coffee LATTE 12.00
2026-03-01  purchase  carl 12.00 voucher sample key filter         -> -1 sample
    1 x coffee FILTER 12.00
2026-03-02  return    carl all of filter                           -> +1 sample back
2026-03-02  purchase  carl 12.00 voucher sample                    -> -1 sample
    1 x coffee FILTER 12.00
# The giver turns out to be another; what waits goes on waiting.
2026-03-03  give      alice free-drink key g3                      -> +1 free-drink released, -1 free-drink held
2026-03-03  merge     alice into bob key m because two cards       -> -80 star, -1 free-drink
                                                                   -> bob +80 star, +1 free-drink
2026-03-03  claim     alice gift g3                                -> refused same_member
2026-03-03  claim     carl gift g3                                 -> +1 free-drink; lots free-drink 1 until 2026-03-31
                                                                   -> bob -1 free-drink
2026-03-03  unmerge   alice of m                                   -> +80 star
                                                                   -> bob -80 star
# What is gone is not taken back where the programme does not refuse.
2026-03-04  return    alice all of p1                              -> -80 star
