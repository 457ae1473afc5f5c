programme members-only
# proves: S29
2026-03-01  enrol     alice                   -> nothing
2026-03-01  purchase  alice 900.00            -> +900 point
2026-03-01  redeem    alice mug               -> -100 point
2026-03-01  redeem    nobody mug              -> refused unknown_member
2026-03-01  redeem    alice teapot            -> refused tier_required; balance 800
2026-03-02  purchase  alice 100.00            -> +100 point; tier gold
2026-03-02  redeem    alice teapot            -> -300 point
2026-03-03  redeem    alice teapot            -> refused over_limit; balance 600
