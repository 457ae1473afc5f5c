programme bakery
# A Tuesday: three loaves, and rolls that count for nothing.
2026-03-03 08:00  enrol     alice        -> nothing
2026-03-03 08:01  purchase  alice 13.40  -> +3 stamp until 2026-08-29
    3 x bread RYE 12.00
    2 x rolls BUN 1.40
# Sunday before eleven: two each.
2026-03-08 10:59  purchase  alice 8.00  -> +2 stamp until 2026-09-03, +2 stamp until 2026-09-03; balance 7
    2 x bread RYE 8.00
# Sunday at eleven.
2026-03-08 11:00  purchase  alice 12.00  -> +3 stamp until 2026-09-03; balance 10
    3 x bread RYE 12.00
# The free loaf pays for one of two, and is no stamp.
2026-03-10 08:00  purchase  alice 8.00 reward free-loaf pays cash 4.00  -> +1 stamp until 2026-09-05, -10 stamp; balance 1
    1 x bread RYE 4.00
    1 x bread RYE 4.00
# A loaf comes back.
2026-03-11 08:00  purchase  alice 8.00 key two  -> +2 stamp until 2026-09-06; balance 3
    2 x bread RYE 8.00
2026-03-11 09:00  return    alice of two line 1 qty 1  -> -1 stamp; balance 2; gives 4.00
# After 180 days the first ones are gone.
2026-09-08        daily     -> alice -1 stamp expired, -1 stamp expired; balance 0
