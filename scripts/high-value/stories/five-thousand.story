programme high-value
# proves: B1
# 4999.99 is not 5000, and one cent that comes back undoes it; three months of twelve are too few.
2026-01-10  enrol     alice                       -> nothing
2026-01-10  purchase  alice 4000.00               -> +4000 point
2026-02-10  purchase  alice 500.00                -> +500 point
2026-03-10  purchase  alice 400.00                -> +400 point
2026-04-10  purchase  alice 99.99                 -> +99 point; tags nothing
2026-04-11  purchase  alice 0.01                  -> nothing; tags nothing
2026-04-12  purchase  alice 0.00                  -> nothing; tags high-value
2026-04-13  purchase  alice 5.00 key five         -> +5 point; tags high-value
2026-04-14  return    alice all of five           -> -5 point
2026-04-15  return    alice 0.01 of line-9        -> nothing
2026-04-15  purchase  alice 1.00                  -> +1 point; tags nothing
2026-04-20  enrol     bob                         -> nothing
2026-04-20  purchase  bob 5000.00                 -> +5000 point
2026-05-20  purchase  bob 10.00                   -> +10 point
2026-06-20  purchase  bob 10.00                   -> +10 point
2026-06-21  purchase  bob 10.00                   -> +10 point; tags nothing
2026-07-20  purchase  bob 10.00                   -> +10 point; tags nothing
2026-07-21  purchase  bob 10.00                   -> +10 point; tags high-value
