programme caps
# At most 300 a day and member, counted over several purchases.
2026-03-01 enrol alice                                             -> nothing
2026-03-01 enrol bob                                               -> nothing
2026-03-01 purchase alice 200.00 code DAILY                        -> +200 point, +200 point
2026-03-01 purchase alice 200.00 code DAILY                        -> +200 point, +100 point
2026-03-01 purchase alice 200.00 code DAILY                        -> +200 point
2026-03-01 purchase bob 200.00 code DAILY                          -> +200 point, +200 point
2026-03-02 00:00 purchase alice 400.00 code DAILY                  -> +400 point, +300 point
# What was sent late counts on the day on which it happened.
2026-03-03 purchase alice 100.00 code DAILY happened 2026-03-01 15:00 -> +100 point
2026-03-03 purchase alice 100.00 code DAILY                        -> +100 point, +100 point
2026-03-03 purchase alice 500.00 code MONTHLY                      -> +500 point, +300 point
2026-03-31 purchase alice 500.00 code MONTHLY                      -> +500 point
2026-04-01 purchase alice 500.00 code MONTHLY                      -> +500 point, +300 point
# Too late for the programme's window, and from the future.
2026-04-01 purchase alice 1.00 happened 2026-03-20                 -> refused too_late
2026-04-01 purchase alice 1.00 happened 2026-04-02                 -> refused clock_ahead
