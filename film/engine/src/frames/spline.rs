//! The prefilter of cubic spline interpolation: coefficients whose B-splines add up to a curve through given samples.
//!
//! Two recursive filters, forwards and backwards, each of one pole (Unser, Aldroubi and Eden, "B-spline signal
//! processing", 1993). Beyond its ends a signal goes on as its last sample.

/// The pole, √3 − 2.
const POLE: f32 = -0.267_949_2;

/// Gain that makes up for the filters' attenuation of a constant: (1 − z)(1 − 1/z).
const GAIN: f32 = 6.0;

/// The limit of the forward filter on a constant of 1.
const FORWARD_LIMIT: f32 = 1.0 / (1.0 - POLE);

/// Replaces a row of samples by its coefficients.
pub(super) fn prefilter_row(row: &mut [f32]) {
    let (Some(&first), Some(&last)) = (row.first(), row.last()) else { return };
    let mut state = GAIN * first * FORWARD_LIMIT;
    for value in &mut *row {
        state = GAIN * *value + POLE * state;
        *value = state;
    }
    let mut state = backward_start(state, GAIN * last);
    let mut forward = row.iter_mut().rev();
    if let Some(value) = forward.next() {
        *value = state;
    }
    for value in forward {
        state = POLE * (state - *value);
        *value = state;
    }
}

/// Initial state of the backward filter: the state that it would have if it had begun at infinity.
fn backward_start(forward: f32, last: f32) -> f32 {
    let settled = last * FORWARD_LIMIT;
    -POLE * (settled * FORWARD_LIMIT + (forward - settled) / (1.0 - POLE * POLE))
}

/// Replaces every column by its coefficients, a row at a time.
pub(super) fn prefilter_columns(samples: &mut [f32], stride: usize) {
    let Some(last) = samples.len().checked_sub(stride) else { return };
    let end = samples[last..].to_vec();
    let (first, rest) = samples.split_at_mut(stride);
    for value in &mut *first {
        *value = GAIN * (*value + POLE * *value * FORWARD_LIMIT);
    }
    let mut above: &mut [f32] = first;
    for row in rest.chunks_exact_mut(stride) {
        for (value, above) in row.iter_mut().zip(&*above) {
            *value = GAIN * *value + POLE * *above;
        }
        above = row;
    }
    let mut rows = samples.rchunks_exact_mut(stride);
    let Some(mut below) = rows.next() else { return };
    for (value, last) in below.iter_mut().zip(end) {
        *value = backward_start(*value, GAIN * last);
    }
    for row in rows {
        for (value, below) in row.iter_mut().zip(&*below) {
            *value = POLE * (*below - *value);
        }
        below = row;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNAL: [f32; 9] = [7.0, 7.0, 90.0, -30.0, 12.0, 200.0, 0.0, 3.0, 3.0];

    /// At a sample the spline is a sixth, four sixths and a sixth of three coefficients.
    fn at_samples(c: &[f32]) -> Vec<f32> {
        c.windows(3).map(|c| (c[0] + 4.0 * c[1] + c[2]) / 6.0).collect()
    }

    #[test]
    fn the_curve_goes_through_the_samples() {
        let mut row = SIGNAL;
        prefilter_row(&mut row);
        for (found, wanted) in at_samples(&row).iter().zip(&SIGNAL[1..]) {
            assert!((found - wanted).abs() < 1e-3, "{found} instead of {wanted}");
        }
        let mut columns: Vec<f32> = SIGNAL.iter().flat_map(|value| [*value, -value]).collect();
        prefilter_columns(&mut columns, 2);
        for (pair, wanted) in columns.as_chunks::<2>().0.iter().zip(row) {
            assert!((pair[0] - wanted).abs() < 1e-3 && (pair[1] + wanted).abs() < 1e-3);
        }
    }

    #[test]
    fn a_constant_is_its_own_coefficients() {
        let mut row = [42.0; 5];
        prefilter_row(&mut row);
        assert!(row.iter().all(|c| (c - 42.0).abs() < 1e-4), "{row:?}");
    }
}
