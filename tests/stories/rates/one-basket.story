programme rates
# proves: A1 A2 A3 A4 A5 A6 A7 A8 A9
# The basket of the cases: 12 (SKU123, red), 100 (SKU000, blue), 40 (SKU0001).
2026-01-05 enrol alice                                             -> nothing
# A1: 4 points for each 1.00: 608
2026-01-05 purchase alice 152.00 code R4                           -> +48 point, +400 point, +160 point; balance 608
    1 x food SKU123 12.00 tag red
    1 x food SKU000 100.00 tag blue
    1 x delivery SKU0001 40.00
# A2: SKU000 excluded: 208
2026-01-05 purchase alice 152.00 code R4-SKU000                    -> +48 point, +160 point; balance 816
    1 x food SKU123 12.00 tag red
    1 x food SKU000 100.00 tag blue
    1 x delivery SKU0001 40.00
# A3: red excluded: 560
2026-01-05 purchase alice 152.00 code R4-RED                       -> +400 point, +160 point; balance 1376
    1 x food SKU123 12.00 tag red
    1 x food SKU000 100.00 tag blue
    1 x delivery SKU0001 40.00
# A3: only red: 48
2026-01-05 purchase alice 152.00 code R4ONLYRED                    -> +48 point; balance 1424
    1 x food SKU123 12.00 tag red
    1 x food SKU000 100.00 tag blue
    1 x delivery SKU0001 40.00
# A4: red and delivery excluded: 400
2026-01-05 purchase alice 152.00 code R4PLAIN                      -> +400 point; balance 1824
    1 x food SKU123 12.00 tag red
    1 x food SKU000 100.00 tag blue
    1 x delivery SKU0001 40.00
# A5: rates 4 and 10 together: 2128
2026-01-05 purchase alice 152.00 code R4 code R10                  -> +120 point, +1000 point, +400 point, +48 point, +400 point, +160 point; balance 3952
    1 x food SKU123 12.00 tag red
    1 x food SKU000 100.00 tag blue
    1 x delivery SKU0001 40.00
# A6: rate 4, three times for SKU123: 704
2026-01-05 purchase alice 152.00 code R4 code SKU3                 -> +48 point, +400 point, +160 point, +96 point; balance 4656
    1 x food SKU123 12.00 tag red
    1 x food SKU000 100.00 tag blue
    1 x delivery SKU0001 40.00
# A6: rate 4, red three times and blue six times: 2704
2026-01-05 purchase alice 152.00 code R4 code RED3 code BLUE6      -> +48 point, +400 point, +160 point, +96 point, +2000 point; balance 7360
    1 x food SKU123 12.00 tag red
    1 x food SKU000 100.00 tag blue
    1 x delivery SKU0001 40.00
# A7: rates 4 and 10, red three times, blue five times, 200 for SKU000: 8264
2026-01-05 purchase alice 152.00 code R4 code R10 code RED3 code BLUE5 code PLUS200 -> +48 point, +400 point, +160 point, +120 point, +1000 point, +400 point, +200 point, +5600 point, +336 point; balance 15624
    1 x food SKU123 12.00 tag red
    1 x food SKU000 100.00 tag blue
    1 x delivery SKU0001 40.00
# A8: a minimum of 100: 608
2026-01-05 purchase alice 152.00 code R4MIN100                     -> +48 point, +400 point, +160 point; balance 16232
    1 x food SKU123 12.00 tag red
    1 x food SKU000 100.00 tag blue
    1 x delivery SKU0001 40.00
# A8: a minimum of 300: 0
2026-01-05 purchase alice 152.00 code R4MIN300                     -> nothing; balance 16232
    1 x food SKU123 12.00 tag red
    1 x food SKU000 100.00 tag blue
    1 x delivery SKU0001 40.00
# A9: the second is the last, so the third gives nothing: 304
2026-01-05 purchase alice 152.00 code STOP                         -> +152 point, +152 point; balance 16536
    1 x food SKU123 12.00 tag red
    1 x food SKU000 100.00 tag blue
    1 x delivery SKU0001 40.00
# A9: an unmet last does not stop: 456
2026-01-05 purchase alice 152.00 code GO                           -> +152 point, +304 point; balance 16992
    1 x food SKU123 12.00 tag red
    1 x food SKU000 100.00 tag blue
    1 x delivery SKU0001 40.00
