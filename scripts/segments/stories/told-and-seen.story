programme segments
# proves: S60 S61 S71
2026-03-01  enrol     zoe                        -> nothing
2026-03-01  profile   zoe born-in=1990s          -> refused no_consent
2026-03-01  purchase  zoe 10.00                  -> +10 point; tags nothing
    1 x tea GREEN 10.00
# Four of the same segment: some get its campaign, the others are compared with; always the same ones.
2026-03-01  enrol     alice consent personalise  -> nothing
2026-03-01  profile   alice born-in=1990s -> nothing
2026-03-01  purchase  alice 10.00 -> +10 point; tags young-tea
    1 x tea GREEN 10.00
2026-03-01  enrol     bob consent personalise  -> nothing
2026-03-01  profile   bob born-in=1990s -> nothing
2026-03-01  purchase  bob 10.00 -> +10 point; tags young-tea
    1 x tea GREEN 10.00
2026-03-01  enrol     carol consent personalise  -> nothing
2026-03-01  profile   carol born-in=1990s -> nothing
2026-03-01  purchase  carol 10.00 -> +10 point; tags young-tea
    1 x tea GREEN 10.00
2026-03-01  enrol     dave consent personalise  -> nothing
2026-03-01  profile   dave born-in=1990s -> nothing
2026-03-01  purchase  dave 10.00 -> +10 point; tags young-tea
    1 x tea GREEN 10.00
2026-03-02  purchase  alice 10.00                                  -> +10 point
2026-03-02  purchase  bob 10.00                                    -> +10 point, +10 point
2026-03-02  purchase  carol 10.00                                  -> +10 point, +10 point
2026-03-02  purchase  dave 10.00                                   -> +10 point
# One bill as two gives no more than one.
2026-03-02  purchase  bob 5.00                                     -> +5 point
# Another decade, another segment.
2026-03-03  enrol     fred consent personalise   -> nothing
2026-03-03  profile   fred born-in=1970s         -> nothing
2026-03-03  profile   fred born-in=1971          -> refused bad_input
2026-03-03  purchase  fred 10.00                 -> +10 point; tags nothing
    1 x tea GREEN 10.00
2026-03-04  purchase  fred 10.00                 -> +10 point
2026-03-05  purchase  fred 10.00                 -> +10 point; tags nothing
2026-03-06  purchase  fred 10.00                 -> +10 point; tags regular
2026-03-07  purchase  fred 10.00                 -> +10 point, +3 point
2026-03-07  purchase  fred 10.00                 -> +10 point
2026-03-08  purchase  fred 10.00                 -> +10 point, +3 point
