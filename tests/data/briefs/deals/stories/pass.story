programme deals
2026-03-06  enrol     alice                     -> nothing; tier member
# A Friday: the code does not count.
2026-03-06  purchase  alice 50.00 code FLASH    -> +50 point
# Saturday: once.
2026-03-07  purchase  alice 40.00 code FLASH off 10.00 from flash  -> +40 point; discount 10.00
    1 x goods A 50.00
2026-03-08  purchase  alice 50.00 code FLASH    -> +50 point
2026-03-09  purchase  alice 70.00               -> +70 point; tier vip
# A tenth for vip, and the better of two with the code: a new member who is vip at once.
2026-03-10  purchase  alice 90.00 off 10.00 from vip  -> +90 point; discount 10.00
    1 x goods A 100.00
2026-03-13  enrol     bob                       -> nothing
2026-03-13  purchase  bob 250.00                -> +250 point; tier vip
2026-03-14  purchase  bob 80.00 code FLASH off 20.00 from flash  -> +80 point; discount 20.00
    1 x goods A 100.00
