programme stacked
# proves: A19
# 300.00 less 10 %, less 10 %, less 10 % of what is left each time: 218.70 to pay.
2026-01-05 enrol alice                                             -> nothing
2026-01-05 purchase alice 300.00 code OFF                          -> +300 point; discount 81.30
