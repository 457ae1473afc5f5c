programme fuel
# 70 litres of premium are 140, of which 100 count. 30 come back: 40 litres would be 80.
2026-03-08 08:00  enrol     carla        -> nothing
2026-03-08 09:00  purchase  carla 140.00 -> +100 point; balance 100
    70 x premium SUPER 140.00
2026-03-09 09:00  return    carla line 1 qty 30 -> -20 point; gives 60.00; balance 80
