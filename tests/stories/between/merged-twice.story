programme between
# A refusal that names somebody who was merged long ago does not break the trail of their points.
2026-01-10 09:00  enrol alice                         -> nothing
2026-01-10 09:00  enrol bob                           -> nothing
2026-01-10 09:00  enrol carol                         -> nothing
2026-01-10 13:00  purchase carol 30.00                -> +30 star until 2026-02-10
2026-01-11 12:00  merge alice into bob key m because two cards  -> nothing
2026-01-11 12:01  unmerge alice of m                  -> nothing
2026-01-11 13:00  purchase alice 20.00 key p          -> +20 star until 2026-02-11
2026-01-12 12:00  merge alice into bob key n because two cards  -> -20 star
                                                      -> bob +20 star
2026-01-12 12:01  merge bob into carol key o because two cards  -> -20 star
                                                      -> carol +20 star; lots star 30 until 2026-02-10, 20 until 2026-02-11
2026-01-12 12:02  unmerge alice of m                  -> refused already_voided
2026-01-12 12:03  return carol all of p               -> -20 star; lots star 30 until 2026-02-10
