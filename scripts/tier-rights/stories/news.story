programme tier-rights
# proves: S107
2026-03-01  enrol     alice consent marketing     -> nothing
2026-03-01  enrol     bob                         -> nothing
2026-03-01  profile   alice taste=dark            -> nothing
2026-03-01  profile   bob taste=dark              -> refused no_consent
2026-03-02  purchase  alice 1000.00               -> +1000 point; sends news-member-dark
2026-03-03  purchase  alice 10.00                 -> +10 point, +1 adviser until 2027-03-03; sends nothing
2026-04-03  purchase  alice 10.00                 -> +10 point; sends news-silver-dark
2026-04-03  purchase  bob 10.00                   -> +10 point; sends nothing
2026-05-01  consent   alice withdraw marketing    -> nothing
2026-05-02  purchase  alice 10.00                 -> +10 point; sends nothing
