programme rates
# proves: A16 C1.2-1 C1.2-2 C1.2-3 C1.2-5 C1.2-6 C1.4-1 C1.4-2 C1.5-18 C1.8-5
# 1.2: more of the same basket.
2026-01-05 enrol alice                                             -> nothing
# 100 for SKU123 on top of rate 4: 708
2026-01-05 purchase alice 152.00 code R4 code PLUS100              -> +48 point, +400 point, +160 point, +100 point; balance 708
    1 x food SKU123 12.00 tag red
    1 x food SKU000 100.00 tag blue
    1 x delivery SKU0001 40.00
# 200 for SKU000 alone: 200
2026-01-05 purchase alice 152.00 code PLUS200                      -> +200 point; balance 908
    1 x food SKU123 12.00 tag red
    1 x food SKU000 100.00 tag blue
    1 x delivery SKU0001 40.00
# red counts nothing, blue twice: 960
2026-01-05 purchase alice 152.00 code R4-RED code BLUE2            -> +400 point, +160 point, +400 point; balance 1868
    1 x food SKU123 12.00 tag red
    1 x food SKU000 100.00 tag blue
    1 x delivery SKU0001 40.00
# red and delivery count nothing: 400
2026-01-05 purchase alice 152.00 code R4PLAIN                      -> +400 point; balance 2268
    1 x food SKU123 12.00 tag red
    1 x food SKU000 100.00 tag blue
    1 x delivery SKU0001 40.00
# blue twice, no orange there: 1008
2026-01-05 purchase alice 152.00 code R4 code BLUE2 code ORANGE3   -> +48 point, +400 point, +160 point, +400 point; balance 3276
    1 x food SKU123 12.00 tag red
    1 x food SKU000 100.00 tag blue
    1 x delivery SKU0001 40.00
# all twice: 1216
2026-01-05 purchase alice 152.00 code R4 code ALL2                 -> +48 point, +400 point, +160 point, +608 point; balance 4492
    1 x food SKU123 12.00 tag red
    1 x food SKU000 100.00 tag blue
    1 x delivery SKU0001 40.00
# A16: a rule with a code, without it and with it.
2026-01-05 purchase alice 10.00                                    -> nothing
2026-01-05 purchase alice 10.00 code TEN                           -> +10 point
# 1.5: of two that do not go together, the better one counts.
2026-01-05 purchase alice 10.00 code BEST                          -> +100 point
# M6: five points for each 2.50: 3.00 gives 5, not 6; Square: whole steps only.
2026-01-05 purchase alice 3.00 code STEPS                          -> +5 point
2026-01-05 purchase alice 7.49 code STEPS                          -> +10 point
2026-01-05 purchase alice 2.49 code STEPS                          -> nothing
# 1.4, T11: 196 000 at one per thousand is 196; 20 000 below a minimum of 100 000 is none.
2026-01-05 purchase alice 196000.00 code PER1000                   -> +196 point
2026-01-05 purchase alice 20000.00 code LARGE                      -> nothing
2026-01-05 purchase alice 196000.00 code LARGE                     -> +196 point
