programme stacked
# One that stops leaves nothing to those behind it in its group, even if they give more.
2026-01-05 enrol alice                                             -> nothing
2026-01-05 purchase alice 100.00 code STOP                         -> +100 point; discount 20.00
# No bill goes below nothing.
2026-01-05 purchase alice 100.00 code MUCH                         -> +100 point; discount 100.00
2026-01-05 purchase alice 200.00 code MUCH                         -> +200 point; discount 160.00
# Quote and purchase agree: the till sends the bill less what it was told.
2026-01-05 purchase alice 40.00 code MUCH                          -> +40 point; discount 160.00; warns nothing
    off 80.00 from eighty
    off 80.00 from eighty-more
# Of a campaign that fails nothing stays, so the next best one counts.
2026-01-05 purchase alice 100.00 code FAIL                         -> +100 point, failed fails-later; discount 10.00
