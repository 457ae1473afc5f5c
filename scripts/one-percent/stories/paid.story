programme one-percent
# proves: PT4
2026-03-01        purchase 600000.00                            -> nothing; pool earth 6000.0000
2026-04-01        pool earth pay 5000.00 to forest-fund         -> nothing; pool earth 1000.0000
2026-04-01        pool moon pay 5000.00 to forest-fund          -> refused unknown_pool
