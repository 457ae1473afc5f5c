programme every-channel-alike
# proves: UQ1 S94
# One basket, four doors: the same points, the same discount.
2026-03-01  enrol     alice                                  -> nothing
2026-03-01  purchase  alice 299.00 via app                   -> +299 point; discount 10.00; warns nothing
    1 x coat DOWN 309.00
    off 10.00 from member-price
2026-03-01  purchase  alice 299.00 via mini_program          -> +299 point; discount 10.00; warns nothing
    1 x coat DOWN 309.00
    off 10.00 from member-price
2026-03-01  purchase  alice 299.00 via web                   -> +299 point; discount 10.00; warns nothing
    1 x coat DOWN 309.00
    off 10.00 from member-price
2026-03-01  purchase  alice 299.00 via till at west-lake     -> +299 point; discount 10.00; warns nothing
    1 x coat DOWN 309.00
    off 10.00 from member-price
