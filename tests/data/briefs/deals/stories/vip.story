programme deals
2026-02-02 10:00  enrol     anna                -> nothing; tier member
2026-02-02 10:01  purchase  anna 199.99         -> +199 point; tier member
2026-02-03 10:01  purchase  anna 0.01           -> nothing; tier vip
2026-02-04 10:01  quote     anna 50.00          -> +50 point; discount 5.00; warns discount_differs
2026-02-04 10:02  purchase  anna 45.00 off 5.00 from vip -> +45 point; discount 5.00; warns nothing
# Both: the better one, 20 of 100, not 30 and not 28.
2026-03-07 10:02  purchase  anna 80.00 code FLASH off 20.00 from flash -> +80 point; discount 20.00; warns nothing
# Used up: a tenth again
2026-03-08 10:02  purchase  anna 90.00 code FLASH off 10.00 from vip -> +90 point; discount 10.00; warns nothing
# All that was spent in the 12 months up to the review was 0
2027-04-10        daily                         -> anna nothing; tier member
2027-04-10        quote     anna 50.00          -> +50 point; discount 0.00
