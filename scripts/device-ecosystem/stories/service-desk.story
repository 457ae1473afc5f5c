programme device-ecosystem
# proves: AP6
2026-01-10        enrol alice                       -> nothing
2026-01-11        activity alice service-desk       -> nothing; tags was-helped; balance 0 point
