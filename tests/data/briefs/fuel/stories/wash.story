programme fuel
# At most two washes a month.
2026-01-05 08:00  given     bob 1000 point
2026-01-05 09:00  redeem    bob wash      -> -300 point; balance 700
2026-01-20 09:00  redeem    bob wash      -> -300 point; balance 400
2026-01-31 09:00  redeem    bob wash      -> refused over_limit; balance 400
# On a bill it pays the wash, not the fuel.
2026-02-01 09:00  purchase  bob 50.00     -> -300 point, +20 point; balance 120
    20 x fuel DIESEL 38.00
    1 x wash WASH 12.00
    reward wash
    pays card 38.00
# One purchase keeps all alive: 12 months from 1 December.
2026-12-01 09:00  purchase  bob 40.00     -> +20 point; balance 140
    20 x fuel DIESEL 40.00
2027-11-30        daily                   -> nothing
2027-12-01        daily                   -> bob -140 point expired; balance 0
