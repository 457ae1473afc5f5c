programme member-discounts
# proves: S69 S49 S50 S51 B0.15
# Each line is asked as a quote first, and that answer names the offer. Nobody pays twice less: 20 % off, not 15 % and then 20 %.
2026-03-01  enrol     alice born 03-10        -> nothing
2026-03-01  purchase  alice 85.00             -> +85 point; discount 15.00; warns nothing
    off 15.00 from member-discount
2026-03-02  purchase  alice 5000.00           -> +5000 point; discount 750.00; warns discount_differs
2026-03-03  purchase  alice 80.00             -> +80 point; discount 20.00; warns nothing
    off 20.00 from high-value
2026-03-10  purchase  alice 75.00             -> +75 point; discount 25.00; warns nothing
    off 25.00 from birthday
# Without a member there is no discount.
2026-03-11  purchase  100.00                  -> nothing; discount 0.00
