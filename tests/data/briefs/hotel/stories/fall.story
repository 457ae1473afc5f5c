programme hotel
# Gold falls to basic at once where nothing was earned: on 14 March 2027 nights count from 1 April 2026 on.
2026-03-15 08:00  enrol     bob           -> nothing; tier basic
2026-03-15 10:00  purchase  bob 3000.00   -> +30000 point from 2026-03-18; tier gold; qualifying 30 night
    30 x room DOUBLE 3000.00
2027-03-14        daily                   -> bob +30000 point released; tier gold
2027-03-15        daily                   -> bob nothing; tier basic
