programme try-on-offers
# proves: BB4
2026-05-01        enrol     alice                          -> nothing
2026-05-01 10:00  activity  alice try_on sku=COAT          -> refused no_consent
2026-05-01 10:10  consent   alice give personalise         -> nothing
# Nothing was stored of what was refused.
2026-05-01 11:00  activity  alice visit_end                -> nothing
