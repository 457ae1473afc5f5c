programme passes
2026-04-01        enrol alice                             -> nothing
2026-04-01        purchase alice 600.00                   -> +600 point, +1 gift until 2026-05-01
2026-04-10        purchase alice 500.00                   -> +500 point; pass gift until 2026-05-10
2026-04-11        return alice 100.00                     -> -100 point; pass gift until 2026-05-10; gives 100.00
2026-04-11        purchase alice 500.00                   -> +500 point; pass gift until 2026-05-11
2026-04-12        return alice all of line-3              -> -600 point, -1 gift; pass gift none; gives 600.00
