//! Rows of a plane, resampled one after the other.

use super::axis::{self, Block};
use super::kernel::Kernels;
use super::plane::Plane;

/// The last four source rows of a plane, already resampled across. A camera moves down the picture by about one
/// source row a frame row, so each is computed once and used four times.
#[derive(Debug, Default)]
pub(super) struct Rows {
    ring: [Vec<i16>; 4],
    in_ring: [Option<usize>; 4],
}

impl Rows {
    /// Forgets what is held, and makes room for rows of a width.
    pub(super) fn clear(&mut self, width: usize) {
        for row in &mut self.ring {
            row.resize(width, 0);
        }
        self.in_ring = [None; 4];
    }

    /// Resamples the row that lies at a place among the plane's rows.
    pub(super) fn draw(
        &mut self,
        kernels: Kernels,
        plane: &Plane,
        blocks: &[Block],
        at: f64,
        out: &mut [i16],
    ) {
        let (first, weights) = axis::taps(at);
        let mut slots = [0; 4];
        for (slot, tap) in slots.iter_mut().zip(first..) {
            let source = tap.clamp(0, plane.height() as isize - 1) as usize;
            *slot = source % 4;
            if self.in_ring[*slot] != Some(source) {
                kernels.across(plane.row(source), blocks, &mut self.ring[*slot]);
                self.in_ring[*slot] = Some(source);
            }
        }
        let weights = weights.map(|weight| [weight; axis::LANES]);
        kernels.down(slots.map(|slot| self.ring[slot].as_slice()), &weights, out);
    }
}
