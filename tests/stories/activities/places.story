programme activities
# Two seats, three people; one ticket, whoever brings it.
2026-01-01        enrol     alice                       -> nothing
2026-01-01        enrol     bob                         -> nothing
2026-01-02        activity  alice seat ticket=t1 row=c  -> refused bad_input
2026-01-02        activity  alice seat ticket=t1 row=a  -> +10 point
2026-01-02        activity  bob   seat ticket=t1        -> refused already_counted
2026-01-02        activity  bob   seat ticket=t2        -> +10 point
2026-01-02        activity  alice seat ticket=t3        -> refused out_of_stock
# A seat that is given back can be taken by somebody else.
2026-01-02        void      bob                         -> -10 point
2026-01-02        activity  alice seat ticket=t4        -> +10 point
2026-01-02        activity  bob   check-in              -> +10 point
2026-01-02 23:59  activity  bob   check-in              -> refused over_limit
2026-01-03 00:00  activity  bob   check-in              -> +10 point
# The codes of bottles: known ones only, however they are spelled, and each once.
2026-01-03        activity  bob   bottle code=aaaaaaaaaaaa   -> +50 point
2026-01-03        activity  alice bottle code=AAAA-AAAA-AAAA -> refused already_counted
2026-01-03        activity  alice bottle code=bbbb-bbbbbbbb  -> +5 point
2026-01-03        activity  alice bottle code=CCCC-CCCC-CCCC -> refused unknown_code
