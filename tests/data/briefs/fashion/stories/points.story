programme fashion
# Bought on 1 March: 30 days later is the 31st.
2026-03-01        enrol     anna                -> nothing; tier member
2026-03-01        purchase  anna 49.90          -> +49 point from 2026-03-31; balance 0; pending 49
2026-03-30        redeem    anna 10 point       -> refused insufficient_points
2026-03-31        daily                         -> anna +49 point released; balance 49; pending 0
2026-03-31        redeem    anna 10 point       -> -10 point; balance 39
# Back within 30 days: 39.90 of 49.90 are kept, 39 points of 49.
2026-04-02        enrol     bea                 -> nothing
2026-04-02        purchase  bea 49.90           -> +49 point from 2026-05-02; pending 49
2026-04-20        return    bea 10.00           -> -10 point; gives 10.00; pending 39; balance 0
2026-05-01        return    bea all             -> -39 point; pending 0; gives 39.90
2026-05-02        daily                         -> nothing
