programme members-day
# proves: PC90
# Another programme is in force; this one is scheduled, and takes effect by itself.
2026-11-02        activate  double-week                             -> nothing
2026-11-03        activate  members-day from 2026-12-01             -> nothing
2026-11-03        enrol     alice                                   -> nothing
# The first Saturday of November still counts once, that of December twice.
2026-11-07        purchase  alice 10.00 key november                -> +10 point
2026-11-28        purchase  alice 10.00                             -> +10 point, +10 point
# What is sent late is decided by the programme that is in force when it comes.
2026-12-01        purchase  alice 10.00 happened 2026-11-28 10:00   -> +10 point
2026-12-05        purchase  alice 10.00                             -> +10 point, +10 point; balance 60
2026-12-06        return    alice all of november                   -> -10 point; balance 50; gives 10.00
