programme per-household
# proves: PC87
2026-01-05  enrol     ann born 03-08    -> nothing
2026-01-05  enrol     ben born 03-08    -> nothing
2026-01-05  enrol     cat               -> nothing
2026-01-05  household ben join ann      -> nothing
2026-01-05  purchase  ann 80.00         -> +60 point
2026-01-05  purchase  ben 80.00         -> +40 point
2026-01-05  purchase  cat 80.00         -> +60 point
# Everybody brings what they had.
2026-01-06  household cat join ann      -> nothing
2026-01-06  purchase  ben 10.00         -> nothing
2026-02-01  purchase  cat 50.00         -> +50 point
2026-02-01  purchase  ann 50.00         -> +50 point
2026-02-01  purchase  ben 10.00         -> nothing
# Who leaves takes along what they had.
2026-02-01  household cat leave         -> nothing
2026-02-01  purchase  ben 60.00         -> +50 point
2026-02-01  purchase  cat 20.00         -> +10 point
# A reward twice a month, whoever has it; what is undone is there again.
2026-02-02  redeem    ann cake key r1   -> -5 point
2026-02-02  redeem    ben cake          -> -5 point
2026-02-02  redeem    ann cake          -> refused over_limit
2026-02-02  redeem    cat cake          -> -5 point
2026-02-03  void      ann of r1         -> +5 point back
2026-02-03  redeem    ben cake          -> -5 point
2026-02-03  redeem    ann cake          -> refused over_limit
2026-03-01  redeem    ann cake          -> -5 point
# Two birthdays on one day.
2026-03-09  purchase  ann 1.00          -> +5 point, +1 point
                                        -> ben +2 point
