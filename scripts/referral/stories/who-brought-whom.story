programme referral
# proves: B6
2026-03-01  enrol     alice             -> nothing
2026-03-01  enrol     bob from alice    -> nothing
# Oneself, who brought one, and somebody else afterwards.
2026-03-02  enrol     carol from carol  -> refused same_member
2026-03-02  enrol     alice from alice  -> refused same_member
2026-03-02  enrol     alice from bob    -> refused referral_ring
2026-03-02  enrol     carol from bob    -> nothing
2026-03-02  enrol     alice from carol  -> refused referral_ring
2026-03-02  enrol     bob from carol    -> refused referral_ring
2026-03-02  enrol     dave              -> nothing
2026-03-02  enrol     bob from dave     -> refused already_referred
2026-03-02  enrol     dave from bob     -> refused alias_taken
