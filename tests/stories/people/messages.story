programme people
# proves: S183
# Without consent messages are suppressed; what a member must know is sent in any case.
2026-01-01  enrol     alice                        -> nothing
2026-01-01  purchase  alice 10.00                  -> nothing; sends news suppressed, offer suppressed, account
2026-01-02  consent   alice give marketing         -> nothing
2026-01-02  purchase  alice 10.00                  -> +1 point; sends news, offer, account
2026-01-03  consent   alice withdraw marketing/sms -> nothing
2026-01-03  purchase  alice 10.00                  -> nothing; sends news, offer suppressed, account
2026-01-04  consent   alice withdraw marketing     -> nothing
2026-01-04  consent   alice withdraw marketing     -> refused already_so
2026-01-04  consent   alice give marketing/sms     -> nothing
2026-01-04  purchase  alice 10.00                  -> +1 point; sends news suppressed, offer, account
2026-01-05  consent   alice give letters           -> refused unknown_purpose
