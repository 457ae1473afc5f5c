programme month-ends
# proves: PC83
# A month that lacks the day is good to its end, for passes and for tiers alike.
2027-08-31 13:00 enrol alice                       -> nothing; tier bronze
2027-08-31 13:00 purchase alice 10.00              -> +10 star; tier gold
2027-08-31 13:00 pass alice start club             -> +1 club until 2027-09-30
2027-08-31 13:00 pass alice start card             -> +1 card until 2028-02-29
2027-09-30 23:00 daily                             -> nothing
2027-10-01 00:00 daily                             -> alice -1 club expired
2028-02-29 23:00 daily                             -> nothing
2028-03-01 00:00 daily                             -> alice -1 card expired; tier gold
2028-03-31 23:00 daily                             -> nothing
2028-04-01 00:00 daily                             -> alice nothing; tier bronze
