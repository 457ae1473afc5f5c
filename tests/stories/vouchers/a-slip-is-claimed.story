programme vouchers
# Who joins after the first purchase gets what it would have given, once, within thirty days.
# proves: S15
2026-03-01  purchase  80.00 key one                                -> nothing
    1 x beans ETHIOPIA 80.00
2026-03-01  purchase  20.00 key two                                -> nothing
2026-03-01  purchase  30.00 key three                              -> nothing
2026-03-05  enrol     alice                                        -> nothing
2026-03-05  claim     alice slip one                               -> +80 star, +1 free-drink from 2026-03-02 until 2026-03-31, +1 sample
2026-03-05  claim     alice slip one                               -> refused code_used, +1 free-drink released
2026-03-05  enrol     bob                                          -> nothing
2026-03-05  claim     bob slip one                                 -> refused code_used
2026-03-05  claim     bob wrong                                    -> refused unknown_code
# What comes back afterwards is the claimer's.
2026-03-06  void      alice of one                                 -> refused has_dependents
2026-03-06  return    alice 30.00 of one                           -> -30 star
2026-03-06  return    alice all of one                             -> -50 star, -1 free-drink, -1 sample
# What came back before is not claimed any more.
2026-03-06  return    bob 5.00 of two                              -> nothing
2026-03-31  claim     bob slip two                                 -> +15 star
2026-04-01  claim     bob slip three                               -> refused code_lapsed
