programme referral
# proves: B6
# Ten friends in March are thanked for, the eleventh is not; April begins anew.
2026-03-26  enrol     alice                 -> nothing
2026-03-26  enrol     friend-1 from alice   -> nothing
2026-03-26  purchase  friend-1 50.00        -> +100 point from 2026-04-02
                                            -> alice +200 point from 2026-04-02
2026-03-26  enrol     friend-2 from alice   -> nothing
2026-03-26  purchase  friend-2 50.00        -> +100 point from 2026-04-02
                                            -> alice +200 point from 2026-04-02
2026-03-26  enrol     friend-3 from alice   -> nothing
2026-03-26  purchase  friend-3 50.00        -> +100 point from 2026-04-02
                                            -> alice +200 point from 2026-04-02
2026-03-26  enrol     friend-4 from alice   -> nothing
2026-03-26  purchase  friend-4 50.00        -> +100 point from 2026-04-02
                                            -> alice +200 point from 2026-04-02
2026-03-26  enrol     friend-5 from alice   -> nothing
2026-03-26  purchase  friend-5 50.00        -> +100 point from 2026-04-02
                                            -> alice +200 point from 2026-04-02
2026-03-26  enrol     friend-6 from alice   -> nothing
2026-03-26  purchase  friend-6 50.00        -> +100 point from 2026-04-02
                                            -> alice +200 point from 2026-04-02
2026-03-26  enrol     friend-7 from alice   -> nothing
2026-03-26  purchase  friend-7 50.00        -> +100 point from 2026-04-02
                                            -> alice +200 point from 2026-04-02
2026-03-26  enrol     friend-8 from alice   -> nothing
2026-03-26  purchase  friend-8 50.00        -> +100 point from 2026-04-02
                                            -> alice +200 point from 2026-04-02
2026-03-26  enrol     friend-9 from alice   -> nothing
2026-03-26  purchase  friend-9 50.00        -> +100 point from 2026-04-02
                                            -> alice +200 point from 2026-04-02
2026-03-26  enrol     friend-10 from alice  -> nothing
2026-03-26  purchase  friend-10 50.00       -> +100 point from 2026-04-02
                                            -> alice +200 point from 2026-04-02
2026-03-26  enrol     friend-11 from alice  -> nothing
2026-03-26  purchase  friend-11 50.00       -> +100 point from 2026-04-02
2026-04-01  enrol     friend-12 from alice  -> nothing
2026-04-01  purchase  friend-12 50.00       -> +100 point from 2026-04-08
                                            -> alice +200 point from 2026-04-08; pending 2200
