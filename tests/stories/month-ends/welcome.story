programme month-ends
# proves: PC84
# A welcome in one store in the morning.
2027-08-02 10:00 enrol alice at mitte              -> +5 star
2027-08-02 10:00 enrol bob at nord                 -> nothing
2027-08-02 10:30 enrol dora at mitte via app       -> nothing
2027-08-02 11:30 purchase emil 10.00 at mitte enrolling -> +10 star, +5 star
2027-08-02 12:00 enrol carla at mitte              -> nothing
