programme bakery
# Three loaves on a Sunday morning are six stamps; one comes back.
2026-03-08 08:00  enrol     carla        -> nothing
2026-03-08 09:00  purchase  carla 13.50  -> +3 stamp until 2026-09-03, +3 stamp until 2026-09-03; balance 6
    3 x bread RYE 13.50
2026-03-09 09:00  return    carla line 1 qty 1 -> -2 stamp; gives 4.50; balance 4
