programme tier-rights
# proves: S31
2026-03-01  enrol     alice consent marketing     -> nothing
2026-03-01  purchase  alice 5000.00               -> +5000 point; tier gold
2026-03-01  enrol     bob   consent marketing     -> nothing
2026-03-01  purchase  bob   5000.00               -> +5000 point; tier gold
2026-03-01  enrol     carol consent marketing     -> nothing
2026-03-01  purchase  carol 5000.00               -> +5000 point; tier gold
2026-03-01  enrol     dave  consent marketing     -> nothing
2026-03-01  purchase  dave  1000.00               -> +1000 point; tier silver
2026-03-02  target    new-roast                   -> alice nothing; sends try-the-new-roast
                                                  -> bob nothing; sends try-the-new-roast
                                                  -> carol nothing; sends nothing
                                                  -> dave nothing; sends nothing
2026-03-03  purchase  alice 10.00                                  -> +10 point, +1 first-try until 2026-04-02, +1 adviser until 2027-03-03, +1 storage until 2027-03-03
2026-03-03  purchase  bob 10.00                                    -> +10 point, +1 first-try until 2026-04-02, +1 adviser until 2027-03-03, +1 storage until 2027-03-03
2026-03-03  purchase  carol 10.00                                  -> +10 point, +1 adviser until 2027-03-03, +1 storage until 2027-03-03
2026-03-03  purchase  dave 10.00                                   -> +10 point, +1 adviser until 2027-03-03
