programme annual-pass
# proves: DS5
2026-04-01        enrol alice                               -> nothing
2026-04-01        pass alice start dream                    -> +1 dream until 2027-03-31
2026-04-02        purchase alice 570.00                     -> nothing; discount 130.00; warns nothing
    1 x goods EARS 500.00
    1 x meals NOODLES 200.00
    off 130.00 from prices
