use super::bg_nbd::{self, BgNbd, History};
use super::gamma_gamma::{self, Spend};
use super::lifetime::{self, Terms, Valuation};
use super::{NoEstimate, cohort, quantile, rfm};
use crate::dice::Dice;
use crate::model::Day;
use std::collections::BTreeMap;

const SAMPLE: &str = include_str!("../../../tests/data/cdnow_one_in_ten.txt");

/// Each customer's spending in cents by day.
fn sample() -> Vec<BTreeMap<i32, i64>> {
    let mut by_customer: BTreeMap<u32, BTreeMap<i32, i64>> = BTreeMap::new();
    for line in SAMPLE.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let date: u32 = words[2].parse().unwrap();
        let year = i32::try_from(date / 10_000).unwrap();
        let day = Day::from_ymd(year, date / 100 % 100, date % 100).unwrap();
        let cents: i64 = words[4].replace('.', "").parse().unwrap();
        *by_customer
            .entry(words[0].parse().unwrap())
            .or_default()
            .entry(day.0)
            .or_default() += cents;
    }
    by_customer.into_values().collect()
}

/// Histories and repeat spending up to 1997-09-30, as the papers have them.
fn calibration() -> Vec<(History, Spend)> {
    let until = Day::from_ymd(1997, 9, 30).unwrap().0;
    let customers = sample();
    let found = customers.iter().filter_map(|days| {
        let history = History::of(days.keys().copied(), until)?;
        let total = days.range(..=until).skip(1).map(|(_, cents)| cents).sum();
        Some((
            history,
            Spend {
                purchases: history.repeats,
                total,
            },
        ))
    });
    found.collect()
}

/// True if both round to the same number of that many decimals.
fn agrees(found: f64, published: &str) -> bool {
    let decimals = published
        .split_once('.')
        .map_or(0, |(_, behind)| behind.len());
    format!("{found:.decimals$}") == published
}

#[test]
fn the_published_parameters_are_found_on_cdnow() {
    let customers = calibration();
    let repeats: u32 = customers.iter().map(|(history, _)| history.repeats).sum();
    let buyers = customers
        .iter()
        .filter(|(history, _)| history.repeats > 0)
        .count();
    assert_eq!((customers.len(), buyers, repeats), (2_357, 946, 2_457));

    let models = lifetime::fit(&customers, 2).unwrap();
    let BgNbd { r, alpha, a, b } = models.purchases.model;
    for (found, published) in [(r, "0.243"), (alpha, "4.414"), (a, "0.793"), (b, "2.426")] {
        assert!(
            agrees(found, published),
            "{found} is not {published}: {models:?}"
        );
    }
    assert!(
        agrees(models.purchases.log_likelihood, "-9582.4"),
        "{models:?}"
    );
    let histories: Vec<History> = customers.iter().map(|(history, _)| *history).collect();
    let plain = models.purchases.model.ln_likelihood(&histories);
    assert!(
        (plain - models.purchases.log_likelihood).abs() < 1e-6,
        "{plain}"
    );

    let amounts = models.amounts;
    for (found, published) in [
        (amounts.model.p, "6.25"),
        (amounts.model.q, "3.74"),
        (amounts.model.gamma, "15.44"),
    ] {
        assert!(
            agrees(found, published),
            "{found} is not {published}: {amounts:?}"
        );
    }
    assert_eq!(amounts.customers + amounts.without_spend, 946);

    // Again, and from the other end: the same bits.
    let reversed: Vec<_> = customers.iter().rev().copied().collect();
    let again = lifetime::fit(&reversed, 2).unwrap();
    assert_eq!(again.purchases, models.purchases);
}

const PUBLISHED: BgNbd = BgNbd {
    r: 0.243,
    alpha: 4.414,
    a: 0.793,
    b: 2.426,
};

/// Variates from a seeded generator.
struct Random(Dice);

impl Random {
    fn uniform(&mut self) -> f64 {
        (self.0.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn exponential(&mut self) -> f64 {
        -(1.0 - self.uniform()).ln()
    }

    fn normal(&mut self) -> f64 {
        let radius = (2.0 * self.exponential()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }

    /// Gamma variate of rate 1 (Marsaglia and Tsang 2000).
    fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            let power = (1.0 - self.uniform()).powf(1.0 / shape);
            return self.gamma(shape + 1.0) * power;
        }
        let d = shape - 1.0 / 3.0;
        loop {
            let x = self.normal();
            let v = (1.0 + x / (9.0 * d).sqrt()).powi(3);
            if v > 0.0 && (1.0 - self.uniform()).ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v;
            }
        }
    }

    /// Days of the purchases of one customer of the model within so many weeks.
    fn buyer(&mut self, model: &BgNbd, weeks: f64) -> Vec<f64> {
        let rate = self.gamma(model.r) / model.alpha;
        let (left, right) = (self.gamma(model.a), self.gamma(model.b));
        let leaves = left / (left + right);
        let (mut at, mut found) = (0.0, Vec::new());
        loop {
            at += self.exponential() / rate;
            if at > weeks {
                return found;
            }
            found.push(at);
            if self.uniform() < leaves {
                return found;
            }
        }
    }
}

#[test]
fn the_expectation_is_what_simulated_customers_do() {
    const SEED: u64 = 13;
    println!("seed {SEED}");
    let mut random = Random(Dice::new(SEED));
    let count = 200_000;
    for weeks in [10.0, 39.0] {
        let (mut sum, mut squares) = (0.0, 0.0);
        for _ in 0..count {
            let bought = random.buyer(&PUBLISHED, weeks).len() as f64;
            sum += bought;
            squares += bought * bought;
        }
        let n = f64::from(count);
        let (mean, error) = (sum / n, ((squares / n - (sum / n).powi(2)) / n).sqrt());
        let expected = PUBLISHED.expected(weeks).unwrap();
        assert!(
            (mean - expected).abs() < 4.0 * error,
            "{weeks}: {mean} ± {error}, {expected}"
        );
    }
}

/// E[X(t)] by integration over p of [1 - (alpha / (alpha + p t))^r] / p times the
/// beta density, by the tanh-sinh rule.
fn integrated(model: &BgNbd, weeks: f64) -> f64 {
    let BgNbd { r, alpha, a, b } = *model;
    let (step, mut sum) = (1.0 / 64.0, 0.0);
    for k in -320..=320 {
        let u = std::f64::consts::FRAC_PI_2 * (f64::from(k) * step).sinh();
        // p and 1 - p, each without cancellation.
        let (p, rest) = (
            1.0 / (1.0 + (-2.0 * u).exp()),
            1.0 / (1.0 + (2.0 * u).exp()),
        );
        let slope = 2.0 * p * rest * std::f64::consts::FRAC_PI_2 * (f64::from(k) * step).cosh();
        let bought = -(-r * (p * weeks / alpha).ln_1p()).exp_m1() / p;
        let weight = bought * p.powf(a - 1.0) * rest.powf(b - 1.0) * slope * step;
        if weight.is_finite() {
            sum += weight;
        }
    }
    sum / super::special::ln_beta(a, b).exp()
}

#[test]
fn the_series_agrees_with_the_integral() {
    let models = [
        PUBLISHED,
        BgNbd {
            a: 1.0,
            ..PUBLISHED
        },
        BgNbd {
            a: 1.0 + 1e-9,
            ..PUBLISHED
        },
        BgNbd {
            a: 0.3,
            b: 0.5,
            ..PUBLISHED
        },
        BgNbd {
            a: 0.4,
            b: 0.6,
            ..PUBLISHED
        },
        BgNbd {
            r: 3.0,
            alpha: 20.0,
            a: 0.2,
            b: 8.0,
        },
        BgNbd {
            r: 0.5,
            alpha: 0.2,
            a: 2.5,
            b: 40.0,
        },
        BgNbd {
            r: 60.0,
            alpha: 40.0,
            a: 5.0,
            b: 100.0,
        },
    ];
    for model in models {
        for weeks in [0.0, 0.5, 4.0, 52.0, 520.0] {
            let (series, integral) = (model.expected(weeks).unwrap(), integrated(&model, weeks));
            let error = (series - integral).abs();
            assert!(
                error <= 2e-6 * integral.max(1.0),
                "{model:?} {weeks}: {series} {integral}"
            );
        }
    }
}

#[test]
fn what_is_expected_of_one_customer_agrees_with_the_integral() {
    for (x, last, age) in [(0, 0, 200), (2, 150, 270), (29, 250, 272), (400, 600, 700)] {
        let one = History {
            repeats: x,
            last,
            age,
        };
        let posterior = BgNbd {
            r: PUBLISHED.r + f64::from(x),
            alpha: PUBLISHED.alpha + f64::from(age) / 7.0,
            b: PUBLISHED.b + f64::from(x),
            ..PUBLISHED
        };
        let route = PUBLISHED.alive(&one) * integrated(&posterior, 39.0);
        let found = PUBLISHED.expected_of(&one, 39.0).unwrap();
        assert!(
            (found - route).abs() < 1e-6 * route.max(1.0),
            "{one:?}: {found} {route}"
        );
    }
}

/// The paper's example: x = 2, t_x = 30.43, T = 38.86 weeks, 39 weeks ahead: 1.226.
#[test]
fn the_papers_customer_is_expected_to_buy_as_often() {
    let one = History {
        repeats: 2,
        last: 213,
        age: 272,
    };
    let found = PUBLISHED.expected_of(&one, 39.0).unwrap();
    assert!(agrees(found, "1.226"), "{found}");
    let alive = PUBLISHED.alive(&one);
    assert!((0.0..1.0).contains(&alive) && alive > 0.5, "{alive}");
}

#[test]
fn what_was_simulated_is_found_again() {
    const SEED: u64 = 31;
    println!("seed {SEED}");
    let mut random = Random(Dice::new(SEED));
    let truth = BgNbd {
        r: 0.8,
        alpha: 6.0,
        a: 0.9,
        b: 3.0,
    };
    let histories = (0..10_000u32).map(|n| {
        let age = 200 + n % 80;
        let days = random.buyer(&truth, f64::from(age) / 7.0);
        // A purchase within a day of another counts with it.
        let days = days.iter().map(|weeks| (weeks * 7.0).ceil() as i32);
        History::of(std::iter::once(0).chain(days), age as i32).unwrap()
    });
    let histories: Vec<History> = histories.collect();
    let found = bg_nbd::fit(&histories).unwrap().model;
    let weeks = 40.0;
    let (expected, estimated) = (
        truth.expected(weeks).unwrap(),
        found.expected(weeks).unwrap(),
    );
    assert!(
        (expected - estimated).abs() < 0.08 * expected,
        "{found:?}: {expected} {estimated}"
    );
}

#[test]
fn where_nothing_can_be_estimated_a_reason_is_given() {
    let once = History {
        repeats: 0,
        last: 0,
        age: 100,
    };
    let often = History {
        repeats: 5,
        last: 90,
        age: 100,
    };
    let fit = |all: &[History]| bg_nbd::fit(all).map(|_| ());
    assert_eq!(fit(&[]), Err(NoEstimate::Nobody));
    assert_eq!(fit(&[once; 50]), Err(NoEstimate::NoRepeats));
    assert_eq!(fit(&[often]), Err(NoEstimate::TooAlike));
    assert_eq!(fit(&[often; 500]), Err(NoEstimate::TooAlike));
    let behind = History { last: 101, ..often };
    assert_eq!(fit(&[often, behind]), Err(NoEstimate::Inconsistent));

    let spend = |purchases, total| Spend { purchases, total };
    let fit = |all: &[Spend]| gamma_gamma::fit(all, 2).map(|_| ());
    assert_eq!(fit(&[]), Err(NoEstimate::NoRepeats));
    assert_eq!(fit(&[spend(0, 0); 9]), Err(NoEstimate::NoRepeats));
    assert_eq!(fit(&[spend(3, 0); 9]), Err(NoEstimate::NoSpend));
    assert_eq!(fit(&[spend(3, -500); 9]), Err(NoEstimate::NoSpend));
    assert_eq!(fit(&[spend(3, 900)]), Err(NoEstimate::TooAlike));
    assert_eq!(fit(&[spend(3, 900); 99]), Err(NoEstimate::TooAlike));
}

/// Small made-up shops: an estimate is finite and in its range, or there is a reason.
#[test]
fn no_estimate_is_ever_without_bound() {
    const SEED: u64 = 17;
    println!("seed {SEED}");
    let mut random = Random(Dice::new(SEED));
    let (mut estimates, mut reasons) = (0, 0);
    for shop in 0..60 {
        let count = 1 + (random.uniform() * 40.0) as usize * (1 + 4 * (shop % 2));
        let customers: Vec<(History, Spend)> = (0..count)
            .map(|_| {
                let age = (random.uniform() * 700.0) as i32;
                // Of every second shop the customers are the model's, of the others anybody.
                let days: Vec<i32> = match shop % 2 {
                    1 => random.buyer(&PUBLISHED, f64::from(age) / 7.0),
                    _ => (0..(random.gamma(0.7) * 3.0) as u32)
                        .map(|_| random.uniform() * f64::from(age) / 7.0)
                        .collect(),
                }
                .iter()
                .map(|weeks| (weeks * 7.0) as i32)
                .collect();
                let history = History::of(std::iter::once(0).chain(days), age).unwrap();
                let total = (random.uniform() * 90_000.0 - 3_000.0) as i64;
                (
                    history,
                    Spend {
                        purchases: history.repeats,
                        total,
                    },
                )
            })
            .collect();
        let Ok(models) = lifetime::fit(&customers, 2) else {
            reasons += 1;
            continue;
        };
        let terms = Terms {
            margin: 0.3,
            discount: 0.1,
            months: 36,
        };
        let mut valuation = Valuation::new(models, terms).unwrap();
        for (history, spend) in &customers {
            let Ok(one) = valuation.of(history, spend) else {
                continue;
            };
            estimates += 1;
            assert!((0.0..=1.0).contains(&one.alive), "{one:?}");
            for figure in [one.purchases, one.mean, one.value] {
                assert!(
                    figure.is_finite() && figure >= 0.0,
                    "{models:?} {history:?} {one:?}"
                );
            }
        }
    }
    println!("{estimates} estimates, {reasons} reasons");
    assert!(estimates > 100 && reasons > 0, "{estimates} {reasons}");
}

#[test]
fn value_falls_with_the_discount_rate_and_grows_with_the_horizon() {
    let customers = calibration();
    let models = lifetime::fit(&customers, 2).unwrap();
    let total = |terms| {
        let mut valuation = Valuation::new(models, terms).unwrap();
        let values = customers
            .iter()
            .map(|(h, s)| valuation.of(h, s).unwrap().value);
        values.sum::<f64>()
    };
    let terms = Terms {
        margin: 1.0,
        discount: 0.0,
        months: 12,
    };
    let plain = total(terms);
    assert!(
        total(Terms {
            discount: 0.1,
            ..terms
        }) < plain
    );
    assert!(
        total(Terms {
            months: 24,
            ..terms
        }) > plain
    );
    let third = total(Terms {
        margin: 0.3,
        ..terms
    });
    assert!((third - 0.3 * plain).abs() < 1e-6 * plain);

    // Undiscounted, it is the expectation of purchases times that of amounts.
    let mut valuation = Valuation::new(models, terms).unwrap();
    for (history, spend) in customers.iter().take(50) {
        let one = valuation.of(history, spend).unwrap();
        let weeks = 365.25 / 7.0;
        let purchases = models.purchases.model.expected_of(history, weeks).unwrap();
        assert!(
            (one.purchases - purchases).abs() < 1e-9,
            "{one:?} {purchases}"
        );
        assert!((one.value - purchases * one.mean).abs() < 1e-6, "{one:?}");
    }
    for wrong in [
        Terms {
            margin: f64::NAN,
            ..terms
        },
        Terms {
            margin: 1.1,
            ..terms
        },
        Terms {
            discount: -0.1,
            ..terms
        },
        Terms { months: 0, ..terms },
        Terms {
            months: 601,
            ..terms
        },
    ] {
        assert_eq!(
            Valuation::new(models, wrong).err(),
            Some(NoEstimate::OutOfRange)
        );
    }
}

#[test]
fn the_median_of_an_even_number_is_the_mean_of_the_middle_two() {
    let told = |values: &[i64], part| quantile::quantile(values, part).map(|q| q.to_string());
    assert_eq!(told(&[], (1, 2)), None);
    assert_eq!(told(&[7], (1, 2)).unwrap(), "7");
    assert_eq!(told(&[4, 1], (1, 2)).unwrap(), "2.5");
    assert_eq!(told(&[9, 1, 4], (1, 2)).unwrap(), "4");
    assert_eq!(
        told(&[i64::MAX, i64::MAX], (1, 2)).unwrap(),
        i64::MAX.to_string()
    );
    let hundred: Vec<i64> = (1..=100).collect();
    assert_eq!(told(&hundred, (9, 10)).unwrap(), "90.5");
    assert_eq!(told(&hundred, (0, 10)).unwrap(), "1");
    assert_eq!(told(&hundred, (10, 10)).unwrap(), "100");
    assert_eq!(told(&hundred, (11, 10)), None);
    assert_eq!(told(&[1, 2, 3], (1, 4)).unwrap(), "1");
}

#[test]
fn a_cohort_keeps_to_the_periods_that_are_over() {
    let bought: [&[i32]; 4] = [&[0, 0, 2, 4], &[0, 1], &[1, 3], &[4]];
    let bought = bought.map(|periods| periods.iter().copied());
    let found = cohort::cohorts(bought, 3);
    let told: Vec<_> = found
        .iter()
        .map(|c| (c.start, c.size, c.bought.clone()))
        .collect();
    assert_eq!(told, [(0, 2, vec![1, 1, 0]), (1, 1, vec![0, 1])]);
    assert_eq!(cohort::cohorts([[]; 0], 3), []);
}

fn shop(rows: &[(i64, i64, i64)]) -> Vec<rfm::Customer> {
    let rows = rows.iter();
    rows.map(|(days, purchases, spent)| rfm::Customer {
        days: *days,
        purchases: *purchases,
        spent: *spent,
    })
    .collect()
}

#[test]
fn quintiles_cut_evenly_and_never_between_equals() {
    let rows: Vec<(i64, i64, i64)> = (0..10).map(|n| (90 - n, n + 1, 100 * n)).collect();
    let found = rfm::quintiles(&shop(&rows));
    let digits: Vec<String> = found.scores.iter().map(rfm::Score::digits).collect();
    let fifths = [
        "111", "111", "222", "222", "333", "333", "444", "444", "555", "555",
    ];
    assert_eq!(digits, fifths);
    assert_eq!(found.tied, [0, 0, 0]);

    // Eight of ten bought once: they share the digit of their middle.
    let rows: Vec<(i64, i64, i64)> = (0..10).map(|n| (5, if n < 8 { 1 } else { n }, 7)).collect();
    let found = rfm::quintiles(&shop(&rows));
    let frequencies: Vec<u8> = found.scores.iter().map(|score| score.frequency).collect();
    assert_eq!(frequencies, [3, 3, 3, 3, 3, 3, 3, 3, 5, 5]);
    assert_eq!(found.tied, [10, 8, 10]);
    assert!(
        found
            .scores
            .iter()
            .all(|score| (score.recency, score.monetary) == (3, 3))
    );

    assert_eq!(rfm::quintiles(&[]).scores, []);
    assert_eq!(
        rfm::quintiles(&shop(&[(1, 1, 1)])).scores[0].digits(),
        "333"
    );
}

#[test]
fn every_score_has_its_segment_in_both_languages() {
    let mut found = std::collections::BTreeSet::new();
    for recency in 1..=5 {
        for frequency in 1..=5 {
            for monetary in 1..=5 {
                found.insert(
                    rfm::Score {
                        recency,
                        frequency,
                        monetary,
                    }
                    .segment(),
                );
            }
        }
    }
    assert_eq!(found.len(), rfm::Segment::ALL.len());
    let names: std::collections::BTreeSet<&str> = rfm::Segment::ALL
        .iter()
        .flat_map(|s| [s.code(), s.english(), s.chinese()])
        .collect();
    assert_eq!(names.len(), 3 * rfm::Segment::ALL.len());
    let of = |digits: [u8; 3], most| rfm::Score::of_digits(digits, [most; 3]);
    assert_eq!(of([5, 1, 5], 5).digits(), "515");
    assert_eq!(of([4, 1, 2], 4).digits(), "512");
    assert_eq!(of([1, 2, 1], 2).digits(), "242");
    assert_eq!(of([1, 9, 0], 1).digits(), "333");
    assert_eq!(of([5, 4, 5], 5).segment().english(), "Champions");
    assert!(of([3, 4, 4], 5).segment().is_high_value());
}
