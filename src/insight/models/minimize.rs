//! Minimization over positive parameters: Nelder-Mead on their logarithms,
//! from fixed starts and with a fixed number of steps, so that the same input
//! always ends at the same point.

use argmin::core::{CostFunction, Error, Executor, State};
use argmin::solver::neldermead::NelderMead;
use argmin_math::{ArgminAdd, ArgminMul, ArgminSub};

/// Steps from each start.
const STEPS: u64 = 500;
/// Steps from the best of their ends.
const LAST_STEPS: u64 = 1000;
/// Standard deviation of the simplex's costs at which a search ends.
pub(super) const TOLERANCE: f64 = 1e-13;
/// Greatest logarithm of a parameter, either way.
const LOG_MAX: f64 = 14.0;
/// Logarithm (of ten thousand) beyond which a parameter counts as without bound.
const LOG_UNBOUNDED: f64 = 9.21;

/// Logarithms of the parameters.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Point<const N: usize>([f64; N]);

impl<const N: usize> ArgminAdd<Point<N>, Point<N>> for Point<N> {
    fn add(&self, other: &Point<N>) -> Point<N> {
        Point(std::array::from_fn(|at| self.0[at] + other.0[at]))
    }
}

impl<const N: usize> ArgminSub<Point<N>, Point<N>> for Point<N> {
    fn sub(&self, other: &Point<N>) -> Point<N> {
        Point(std::array::from_fn(|at| self.0[at] - other.0[at]))
    }
}

impl<const N: usize> ArgminMul<f64, Point<N>> for Point<N> {
    fn mul(&self, factor: &f64) -> Point<N> {
        Point(self.0.map(|at| at * factor))
    }
}

struct Problem<'a, F, const N: usize>(&'a F, std::marker::PhantomData<[f64; N]>);

impl<F: Fn(&[f64; N]) -> f64, const N: usize> CostFunction for Problem<'_, F, N> {
    type Param = Point<N>;
    type Output = f64;

    fn cost(&self, at: &Point<N>) -> Result<f64, Error> {
        // Beyond the box the cost rises again, so that a search comes back to it.
        let inside = at.0.map(|log| log.clamp(-LOG_MAX, LOG_MAX));
        let excess =
            at.0.iter()
                .zip(inside)
                .map(|(log, inside)| (log - inside).powi(2));
        let cost = self.0(&inside.map(f64::exp)) + excess.sum::<f64>();
        Ok(if cost.is_nan() { f64::INFINITY } else { cost })
    }
}

/// A minimum of a function.
#[derive(Clone, Copy, Debug)]
pub(super) struct Minimum<const N: usize> {
    pub at: [f64; N],
    pub cost: f64,
}

impl<const N: usize> Minimum<N> {
    /// True if no parameter went to zero or without bound.
    pub fn is_inner(&self) -> bool {
        self.at.iter().all(|value| value.ln().abs() < LOG_UNBOUNDED) && self.cost.is_finite()
    }
}

/// The lowest point found from the starts; all parameters are positive. `rough` is the cost
/// of a part of the sample: it leads near the point, which `cost` then decides, up to a
/// standard deviation of the costs.
pub(super) fn minimize<const N: usize>(
    starts: &[[f64; N]],
    rough: impl Fn(&[f64; N]) -> f64,
    (cost, tolerance): (impl Fn(&[f64; N]) -> f64, f64),
) -> Option<Minimum<N>> {
    let ends = starts.iter().filter_map(|start| {
        let start = Point(start.map(f64::ln));
        search(start, (0.5, STEPS, TOLERANCE), &rough)
    });
    let (best, _) = ends.min_by(|a, b| a.1.total_cmp(&b.1))?;
    let (end, cost) = search(best, (0.1, LAST_STEPS, tolerance), &cost)?;
    let at = end.0.map(|log| log.clamp(-LOG_MAX, LOG_MAX).exp());
    Some(Minimum { at, cost })
}

/// One search, from a simplex whose edges along the axes have this length.
fn search<const N: usize>(
    start: Point<N>,
    (edge, steps, tolerance): (f64, u64, f64),
    cost: &impl Fn(&[f64; N]) -> f64,
) -> Option<(Point<N>, f64)> {
    let mut simplex = vec![start];
    simplex.extend((0..N).map(|axis| {
        let mut corner = start;
        corner.0[axis] += edge;
        corner
    }));
    let solver = NelderMead::new(simplex).with_sd_tolerance(tolerance).ok()?;
    let run = Executor::new(Problem(cost, std::marker::PhantomData), solver)
        .configure(|state| state.max_iters(steps))
        .timer(false)
        .run()
        .ok()?;
    let best = *run.state().get_best_param()?;
    Some((best, run.state().get_best_cost()))
}
