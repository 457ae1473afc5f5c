programme fan-community
# proves: S34 XM4
# One project fails, one succeeds.
2026-05-01  enrol     alice                                 -> nothing
2026-05-01  activity  alice pledge id=p1 project=lamp yuan=1999 key lamp -> +1999 point from 2026-06-30; balance 0; pending 1999
2026-05-02  activity  alice pledge id=p2 project=fan yuan=299.50 -> +299 point from 2026-07-01; pending 2298
2026-05-02  activity  alice pledge id=p2 project=fan yuan=299.50 -> refused already_counted
2026-06-01  void      alice of lamp because the lamp will not be made -> -1999 point; pending 299
2026-07-01  daily                                           -> alice +299 point released; balance 299
