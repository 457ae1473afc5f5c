programme win-back
# proves: B3 S104
# Bob does not want messages, and Carol never bought: none for them.
2025-11-20        enrol     alice consent marketing   -> nothing
2025-11-20        enrol     bob                       -> nothing
2025-11-20        enrol     carol consent marketing   -> nothing
2025-11-30 10:00  purchase  alice 100.00              -> +100 point
2025-11-30 10:00  purchase  bob 100.00                -> +100 point
2026-02-27        daily                               -> alice nothing; sends nothing
2026-02-28        daily                               -> alice nothing; sends we-miss-you
                                                      -> bob nothing; sends we-miss-you suppressed
                                                      -> carol nothing; sends nothing
2026-02-28        daily                               -> alice nothing; sends nothing
2026-03-01        daily                               -> alice nothing; sends nothing
# A purchase arms it again, and a late daily does what timely ones would have.
2026-03-05 10:00  purchase  alice 20.00               -> +20 point
2026-06-04        daily                               -> alice nothing; sends nothing
2026-06-20        daily                               -> alice nothing; sends we-miss-you
2027-11-30 10:00  purchase  alice 20.00               -> +20 point; sends nothing
2028-02-28        daily                               -> alice nothing; sends nothing
2028-02-29        daily                               -> alice nothing; sends we-miss-you
