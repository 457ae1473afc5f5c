//! Special functions that `statrs` does not have.

pub(super) use statrs::function::beta::ln_beta;
pub(super) use statrs::function::gamma::ln_gamma;

/// Most terms of a series.
const TERMS_MAX: u32 = 100_000;
/// Bound of the relative error at which a series ends.
const PRECISION: f64 = 1e-13;

/// Share of the sum above which a term is far from being the last that counts.
const FAR: f64 = 1e-9;

/// Logarithm of `e^a + e^b` without overflow.
pub(super) fn ln_sum(a: f64, b: f64) -> f64 {
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    match low == f64::NEG_INFINITY {
        true => high,
        false => high + (low - high).exp().ln_1p(),
    }
}

/// Gauss's hypergeometric series 2F1(a, b; c; z) for 0 <= z < 1, where c is no
/// integer below 1.
///
/// Each of the two factors of a term's ratio, such as (a+n)/(c+n) and
/// (b+n)/(1+n), goes monotonically to 1 once it is positive. So from term N on a
/// term is at most q times the one before, where q is z times the greater of 1
/// and each factor at N, and what follows term N is at most that term times
/// q/(1-q). Of the two ways to pair the factors the one with the smaller q counts.
pub(super) fn hypergeometric(a: f64, b: f64, c: f64, z: f64) -> Option<f64> {
    if !(0.0..1.0).contains(&z) {
        return None;
    }
    let (mut sum, mut term) = (1.0, 1.0_f64);
    for n in 0..TERMS_MAX {
        let n = f64::from(n);
        term *= (a + n) * (b + n) / ((c + n) * (1.0 + n)) * z;
        sum += term;
        // Far from the end the bound need not be known.
        if term.abs() > FAR * f64::abs(sum) {
            continue;
        }
        let (a, b, c, one) = (a + n + 1.0, b + n + 1.0, c + n + 1.0, n + 2.0);
        let pair = |first: f64, second: f64| first.max(1.0) * second.max(1.0);
        let ratio = z * pair(a / c, b / one).min(pair(a / one, b / c));
        let is_positive = a > 0.0 && b > 0.0 && c > 0.0;
        if is_positive && ratio < 1.0 {
            let error = term.abs() * ratio / (1.0 - ratio);
            if error <= PRECISION * f64::abs(sum) {
                return Some(sum).filter(|sum| sum.is_finite());
            }
        }
        if !sum.is_finite() {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn series_with_a_closed_form_come_to_it() {
        let near = |found: Option<f64>, value: f64| (found.unwrap() - value).abs() < 1e-11 * value;
        for z in [1e-9, 0.1, 0.5, 0.9, 0.999] {
            assert!(
                near(hypergeometric(1.0, 1.0, 2.0, z), -(-z).ln_1p() / z),
                "{z}"
            );
            assert!(
                near(hypergeometric(0.7, 3.0, 3.0, z), (1.0 - z).powf(-0.7)),
                "{z}"
            );
        }
        assert_eq!(hypergeometric(2.0, 3.0, 4.0, 0.0), Some(1.0));
        for z in [1.0, 1.5, -0.1, f64::NAN] {
            assert_eq!(hypergeometric(1.0, 1.0, 2.0, z), None);
        }
        assert_eq!(hypergeometric(1e6, 1e6, 2.0, 0.999_999), None);
    }

    #[test]
    fn logarithms_of_sums_do_not_overflow() {
        assert!((ln_sum(1000.0, 1000.0) - 1000.0 - 2f64.ln()).abs() < 1e-12);
        assert_eq!(ln_sum(-1e9, 3.0), 3.0);
        assert_eq!(
            ln_sum(f64::NEG_INFINITY, f64::NEG_INFINITY),
            f64::NEG_INFINITY
        );
    }
}
