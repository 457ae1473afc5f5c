programme annual-pass
# proves: DS1
2026-01-05        enrol alice                       -> nothing
2026-01-05        pass alice start dream            -> +1 dream until 2027-01-04
2026-02-10        activity alice visit              -> nothing; pass dream until 2027-02-09; uses 1 dream
2026-02-12        activity alice visit              -> nothing; pass dream until 2027-02-09; uses 2 dream
