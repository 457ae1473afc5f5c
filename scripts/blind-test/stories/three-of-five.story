programme blind-test
# proves: GF1 GF2 GF3 GF4 S70
2026-03-02        enrol     alice              -> nothing
2026-03-02        enrol     bob                -> nothing
2026-03-02        enrol     carol              -> nothing
2026-03-02        enrol     dave               -> nothing
2026-03-02        enrol     eve                -> nothing
2026-03-02        enrol     fred               -> nothing
2026-03-02        enrol     gina               -> nothing
2026-03-03        purchase  alice 5.00         -> +5 point
    1 x sparkling WATER 5.00
2026-03-03        purchase  bob 5.00           -> +5 point
    1 x sparkling WATER 5.00
2026-03-03        purchase  carol 5.00         -> +5 point
    1 x sparkling WATER 5.00
2026-03-03        purchase  dave 5.00          -> +5 point
    1 x sparkling WATER 5.00
2026-03-03        purchase  eve 5.00           -> +5 point
    1 x sparkling WATER 5.00
# Fred drinks it still; Gina says so before the test.
2026-03-03        purchase  fred 5.00          -> +5 point
    1 x still WATER 5.00
2026-03-03        purchase  gina 5.00          -> +5 point
    1 x sparkling WATER 5.00
2026-03-04        purchase  gina 5.00 code STILL-PLEASE -> +5 point
# Five match and three are invited, not those who came first.
2026-03-05        target    blind-test         -> alice nothing; sends nothing
                                               -> bob nothing; sends blind-test
                                               -> carol nothing; sends blind-test
                                               -> dave nothing; sends nothing
                                               -> eve nothing; sends blind-test
                                               -> fred nothing; sends nothing
                                               -> gina nothing; sends nothing
# Bob declines, and the next one of the same order is invited.
2026-03-06        target    blind-test decline bob -> alice nothing; sends blind-test
                                               -> bob nothing; sends nothing
                                               -> dave nothing; sends nothing
2026-03-06        target    blind-test decline bob -> refused already_so
# The answer counts once, and only from who was invited.
2026-03-07        purchase  carol 5.00 code ANSWER-CARD -> +5 point, +50 point
2026-03-08        purchase  carol 5.00 code ANSWER-CARD -> +5 point
2026-03-08        purchase  bob 5.00 code ANSWER-CARD -> +5 point
2026-03-08        purchase  fred 5.00 code ANSWER-CARD -> +5 point
