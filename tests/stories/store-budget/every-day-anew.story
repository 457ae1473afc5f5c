programme store-budget
# Ten stars a day in each store, all or nothing; used up in one store and day
# it goes on in the other, and on the next.
2026-01-05        enrol     alice                   -> nothing
2026-01-05 10:00  purchase  alice 8.00 at north     -> +8 star
2026-01-05 11:00  purchase  alice 3.00 at north     -> nothing; campaign base running
2026-01-05 11:30  purchase  alice 2.00 at north     -> +2 star
2026-01-05 12:00  purchase  alice 9.00 at south     -> +9 star
2026-01-06 10:00  purchase  alice 10.00 at north    -> +10 star; campaign base running
# It can be closed, and opened again.
2026-01-06 12:00  close     base because done       -> nothing; campaign base closed
2026-01-06 13:00  purchase  alice 1.00 at south     -> nothing
2026-01-06 14:00  close     base because again      -> refused already_so
2026-01-06 15:00  open      base because not yet    -> nothing; campaign base running
2026-01-06 16:00  purchase  alice 1.00 at south     -> +1 star
