programme deals
# 6 March 2026 is a Friday, 7 a Saturday. In April, on Fridays and without the code: the full price.
2026-02-28 10:00  enrol     anna                -> nothing; tier member
2026-02-28 10:01  purchase  anna 10.00 code FLASH -> +10 point; discount 0.00
2026-03-06 10:00  purchase  anna 10.00 code FLASH -> +10 point; discount 0.00
2026-03-07 09:00  purchase  anna 10.00            -> +10 point; discount 0.00
# A Saturday in March: a fifth of 50.00 is 10.00, 40 are left to pay.
2026-03-07 10:00  quote     anna 50.00 code FLASH  -> +50 point; discount 10.00; warns discount_differs
2026-03-07 10:01  purchase  anna 40.00 code FLASH off 10.00 from flash -> +40 point; discount 10.00; warns nothing
# Once only
2026-03-08 10:01  purchase  anna 50.00 code FLASH  -> +50 point; discount 0.00
# 48.00 are left of 59.99 less 12.00 (11.998, to the cent): 47.99.
2026-03-29 23:59  enrol     bea                 -> nothing
2026-03-29 23:59  purchase  bea 47.99 code FLASH off 12.00 from flash -> +47 point; discount 12.00; warns nothing
2026-03-31 10:04  enrol     carl                -> nothing
2026-03-31 10:04  purchase  carl 10.00 code FLASH  -> +10 point; discount 0.00
2026-04-04 10:04  purchase  carl 10.00 code FLASH  -> +10 point; discount 0.00
