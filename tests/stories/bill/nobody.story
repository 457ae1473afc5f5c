programme bill
# Without a member a purchase is booked and earns nothing; nobody can pay with points.
2026-01-05 purchase 20.00 at mitte                                 -> nothing
2026-01-05 purchase nobody 20.00                                   -> refused unknown_member
2026-01-05 purchase somebody 20.00 enrolling                       -> +20 point; balance 20
2026-01-05 purchase somebody 5.00                                  -> +5 point; balance 25
