programme surprise
# proves: S33
# Whatever is drawn, it can be drawn again.
2026-03-02 10:00  enrol     alice              -> nothing
2026-03-02 11:00  purchase  alice 19.99        -> +19 point; sends nothing
2026-03-02 12:00  purchase  alice 20.00        -> +20 point, +10 point; sends surprise
2026-03-02 13:00  purchase  alice 20.00        -> +20 point; sends surprise
2026-03-03 12:00  purchase  alice 25.00        -> +25 point, +10 point; sends surprise
2026-03-04        return    alice all          -> -35 point; sends nothing
