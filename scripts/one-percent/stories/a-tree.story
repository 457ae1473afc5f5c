programme one-percent
# proves: S194
2026-03-01        enrol alice                                   -> nothing
2026-03-01        purchase alice 600.00                         -> +600 point; pool earth 6.0000
2026-03-02        redeem alice plant-a-tree                     -> -500 point; pool earth 11.0000
2026-03-02        void alice because changed                    -> +500 point back; pool earth 6.0000
