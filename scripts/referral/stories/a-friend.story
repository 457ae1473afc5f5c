programme referral
# proves: S269 B6 S11
2026-03-01  enrol     alice                -> nothing
2026-03-01  enrol     bob from alice       -> nothing
2026-03-02  purchase  bob 49.99            -> nothing
2026-03-02  purchase  bob 50.00            -> +100 point from 2026-03-09
                                           -> alice +200 point from 2026-03-09; balance 0
2026-03-03  purchase  bob 80.00            -> nothing
2026-03-09  daily                          -> alice +200 point released; balance 200
                                           -> bob +100 point released
# What is sent back within the week never counted.
2026-03-10  enrol     carol from alice     -> nothing
2026-03-10  purchase  carol 60.00          -> +100 point from 2026-03-17
                                           -> alice +200 point from 2026-03-17
2026-03-12  return    carol 5.00           -> nothing
2026-03-13  return    carol all            -> -100 point
                                           -> alice -200 point; balance 200; pending 0
2026-03-18  daily                          -> nothing
# A void does the same; after the week the points are alice's own.
2026-03-20  enrol     dave from alice      -> nothing
2026-03-20  purchase  dave 60.00           -> +100 point from 2026-03-27
                                           -> alice +200 point from 2026-03-27
2026-03-21  void      dave                 -> -100 point
                                           -> alice -200 point
2026-03-22  enrol     erin from bob        -> nothing
2026-03-22  purchase  erin 60.00           -> +100 point from 2026-03-29
                                           -> bob +200 point from 2026-03-29
2026-03-29  daily                          -> bob +200 point released
                                           -> erin +100 point released
2026-03-30  return    erin all             -> -100 point; balance 0
