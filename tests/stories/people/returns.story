programme people
# A campaign may remember what came back.
2026-01-01  enrol     alice                  -> nothing
2026-01-01  purchase  alice 10.00 key a      -> nothing
2026-01-01  purchase  alice 10.00 key b      -> nothing
2026-01-02  return    alice 1.00 of a        -> nothing; tags nothing
2026-01-02  return    alice all of b key rb  -> nothing; tags sends-back
# A voided return is as if it had not been.
2026-01-03  void      alice of rb            -> nothing; tags nothing
2026-01-04  return    alice all of b         -> nothing; tags sends-back
