programme one-percent
# proves: PT1 PT5 S193
2026-03-01        purchase 1234567.89                           -> nothing; pool earth 12345.6789
2026-12-31        pool earth pay 12345.68 to forest-fund        -> refused insufficient_points
2026-12-31        pool earth pay 12345.67 to forest-fund        -> nothing; pool earth 0.0089
2027-01-02        purchase 0.05                                 -> nothing; pool earth 0.0094
