programme fashion
2026-03-02  enrol     alice        -> nothing; tier member
2026-03-02  purchase  alice 24.00 off 6.00  -> +24 point from 2026-04-01; discount 6.00
    1 x socks WOOL 14.00
    1 x socks SILK 10.00
    1 x socks PLAIN 6.00
2026-03-03  purchase  alice 500.00 key coat  -> +500 point from 2026-04-02; tier gold
    1 x coats COAT 500.00
2026-03-04  return    alice all of coat  -> -500 point; gives 500.00
2026-08-01  enrol     bob          -> nothing
2026-08-01  purchase  bob 600.00   -> +600 point from 2026-08-31; tier gold
    1 x coats COAT 600.00
2026-08-02  enrol     carla        -> nothing
2026-08-02  purchase  carla 300.00 -> +300 point from 2026-09-01; tier member
    1 x coats COAT 300.00
2026-09-08  redeem    bob capsule    -> +600 point released, -200 point
2026-09-09  redeem    carla capsule  -> refused too_soon, +300 point released
2026-09-10  redeem    carla capsule  -> -200 point
