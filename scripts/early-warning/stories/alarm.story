programme early-warning
# proves: S111
2026-03-01  enrol     alice                            -> nothing
2026-03-01  enrol     bob                              -> nothing
2026-03-01  purchase  alice 10.00                      -> +10 point
2026-03-01  purchase  bob 10.00                        -> +10 point
2026-03-01  activity  alice answer visit=v1 score=2    -> nothing; tags unhappy; sends call-back
2026-03-01  activity  bob answer visit=v1 score=9      -> nothing; tags nothing; sends nothing
2026-03-02  activity  alice complaint                  -> nothing; sends nothing
2026-04-01  daily                                      -> alice nothing; sends call-again
                                                       -> bob nothing; sends nothing
2026-04-02  purchase  alice 10.00                      -> +10 point
2026-04-02  activity  alice answer visit=v2 score=8    -> nothing; tags nothing
