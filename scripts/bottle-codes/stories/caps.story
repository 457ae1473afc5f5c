programme bottle-codes
# proves: S81 CC1 CC2 CC3
2026-07-01  enrol     alice                            -> nothing
2026-07-01  enrol     bob                              -> nothing
2026-07-02  activity  alice cap code=K7QM-2XTD-9RWA    -> +10 point
# The same cap again, by anybody and however it is spelled.
2026-07-02  activity  alice cap code=K7QM-2XTD-9RWA    -> refused already_counted
2026-07-02  activity  bob cap code=k7qm2xtd9rwa        -> refused already_counted
2026-07-02  activity  bob cap code=K7QM-2XTD-9RWX      -> refused unknown_code
# A second of a kind brings the set no nearer.
2026-07-03  activity  alice cap code=N2EM-7WQC-6GLX    -> +10 point
2026-07-03  activity  alice cap code=H3PC-8VNE-4JYB    -> +10 point
2026-07-04  activity  alice cap code=T5GZ-6LKS-2MQD    -> +10 point
2026-07-05  activity  alice cap code=W9RB-3FXU-7CHN    -> +10 point, +100 point
2026-07-06  activity  alice cap code=D4YJ-5TPA-8ZKV    -> +10 point
2026-07-06 10:00  activity  alice share                -> +5 point
2026-07-06 11:00  activity  alice share                -> nothing; balance 165
