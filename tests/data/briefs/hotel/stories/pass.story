programme hotel
2026-02-01 10:00  enrol     alice          -> nothing; tier basic
2026-02-01 11:00  purchase  alice 460.00   -> +4000 point from 2026-02-04
    4 x room DOUBLE 400.00
    1 x minibar BEER 60.00
2026-03-01 11:00  purchase  alice 600.00   -> +4000 point released, +6000 point from 2026-03-04; tier silver
    6 x room DOUBLE 600.00
2026-04-01 11:00  purchase  alice 100.50   -> +6000 point released, +1000 point from 2026-04-04, +250 point from 2026-04-04; tier silver
    1 x room DOUBLE 100.50
2026-05-01 11:00  purchase  alice 1900.00  -> +1000 point released, +250 point released, +19000 point from 2026-05-04, +4750 point from 2026-05-04; tier gold
    19 x room DOUBLE 1900.00
2026-06-01 11:00  purchase  alice 100.00   -> +19000 point released, +4750 point released, +1000 point from 2026-06-04, +500 point from 2026-06-04
    1 x room DOUBLE 100.00
