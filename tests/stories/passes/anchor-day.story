programme passes
# Periods are counted from the anchor day: 31 January, 28 February, 31 March.
2026-01-31        enrol alice                   -> nothing
2026-01-31        pass alice start monthly      -> +1 monthly until 2026-02-27
2026-02-20        pass alice renew monthly      -> nothing; pass monthly until 2026-03-30
2026-03-20        pass alice renew monthly      -> nothing; pass monthly until 2026-04-29
2026-03-31        pass alice cancel monthly     -> -1 monthly; gives 10.00
