programme vouchers
# Five wrong codes at a till, and it takes none for an hour, not even the right one; another till does.
# proves: CC4, G3
2026-03-01  enrol     alice                                        -> nothing
2026-03-01  issue     alice five-off                               -> +1 five-off
2026-03-01 13:00  purchase  20.00 voucher wrong till t1            -> refused unknown_code
2026-03-01 13:01  purchase  20.00 voucher wrong till t1            -> refused unknown_code
2026-03-01 13:02  purchase  20.00 voucher wrong till t1            -> refused unknown_code
2026-03-01 13:03  purchase  20.00 voucher wrong till t1            -> refused unknown_code
2026-03-01 13:08  purchase  20.00 voucher wrong till t1            -> refused unknown_code
2026-03-01 13:08:30  purchase  20.00 voucher wrong till t1         -> refused code_locked
2026-03-01 13:13  purchase  20.00 voucher five-off from alice till t1 -> refused code_locked
2026-03-01 13:14  purchase  20.00 voucher five-off from alice till t2 -> alice -1 five-off
# Taken again by hand, with a reason; what was wrong before counts no more.
2026-03-01 13:15  unlock    voucher terminal t2                     -> refused already_so
2026-03-01 13:16  unlock    voucher terminal t1 because a torn voucher -> nothing
2026-03-01 13:17  purchase  20.00 voucher wrong till t1            -> refused unknown_code
2026-03-01 13:18  purchase  20.00 voucher wrong till t1            -> refused unknown_code
2026-03-01 14:14  issue     alice five-off                         -> +1 five-off
2026-03-01 14:20  purchase  20.00 voucher five-off from alice till t1 -> alice -1 five-off
