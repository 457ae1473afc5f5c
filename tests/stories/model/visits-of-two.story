programme model
# Two visits a day: those of two cards count together, and each takes its own along.
2026-11-01 enrol alice                    -> nothing
2026-11-01 enrol bob                      -> nothing
2026-11-02 activity alice visit           -> +3 point until 2026-12-31
2026-11-02 merge alice into bob key m     -> -3 point
                                          -> bob +3 point
2026-11-02 activity bob visit             -> +3 point until 2026-12-31
2026-11-02 activity bob visit             -> refused over_limit
2026-11-02 unmerge alice of m             -> +3 point
                                          -> bob -3 point
2026-11-02 activity bob visit             -> +3 point until 2026-12-31
2026-11-02 activity alice visit           -> +3 point until 2026-12-31
2026-11-02 activity alice visit           -> refused over_limit
