programme vouchers
# Whoever has the code may use it: another member, or nobody known.
2026-03-01  enrol     alice                                        -> nothing
2026-03-01  enrol     bob                                          -> nothing
2026-03-01  issue     alice five-off                               -> +1 five-off
2026-03-01  issue     alice five-off                               -> +1 five-off
2026-03-02  purchase  bob 20.00 voucher five-off from alice key bobs -> +15 star
    -> alice -1 five-off
2026-03-02  purchase  21.00 voucher five-off from alice key strangers -> alice -1 five-off
# What comes back goes back to its holder.
2026-03-03  return    bob all of bobs                              -> -15 star
    -> alice +1 five-off back
2026-03-03  void      bob of strangers                             -> alice +1 five-off back
2026-03-03  purchase  alice 20.00 voucher five-off key alices      -> +15 star, -1 five-off
2026-03-04  purchase  alice 20.00 voucher five-off                 -> +15 star, -1 five-off
2026-03-04  void      alice of alices                              -> +1 five-off back, -15 star
2026-03-04  withdraw  alice five-off                               -> -1 five-off
2026-03-04  purchase  alice 20.00 voucher again                    -> refused code_used
