programme passes
# Periods are counted from the anchor day: from 31 January through 28 February, 30 March, 30 April.
2026-01-31        enrol alice                   -> nothing
2026-01-31        pass alice start monthly      -> +1 monthly until 2026-02-28
2026-02-20        pass alice renew monthly      -> nothing; pass monthly until 2026-03-30
2026-03-20        pass alice renew monthly      -> nothing; pass monthly until 2026-04-30
2026-03-31        pass alice cancel monthly     -> -1 monthly; gives 10.00
