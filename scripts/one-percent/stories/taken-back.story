programme one-percent
# proves: PT3
2026-03-01        enrol alice                                   -> nothing
2026-03-01        purchase alice 300.00                         -> +300 point; pool earth 3.0000
2026-03-02        return alice 100.00                           -> -100 point; pool earth 2.0000; gives 100.00
2026-03-02        return alice 0.01                             -> -1 point; pool earth 1.9999; gives 0.01
2026-03-03        return alice all                              -> -199 point; pool earth 0.0000; gives 199.99
2026-03-04        purchase alice 50.00                          -> +50 point; pool earth 0.5000
2026-03-04        pool earth pay 0.50 to forest-fund            -> nothing; pool earth 0.0000
2026-03-05        void alice because wrong                      -> -50 point; pool earth -0.5000
2026-03-05        pool earth pay 0.01 to forest-fund            -> refused insufficient_points
