//! Source rows of a plane that are already resampled horizontally.

use crate::frames::axis::{self, Block};
use crate::frames::kernel::Kernels;
use crate::frames::plane::Plane;

/// Rows in the cache: the four that an output row needs, and the one below, which is computed along with them.
const CACHED_ROWS: usize = 5;

/// The last source rows of a plane, already resampled across. A camera moves down the picture by about one
/// source row a frame row, so each is computed once and used four times.
#[derive(Debug, Default)]
pub(super) struct RowCache {
    ring: [Vec<i16>; CACHED_ROWS],
    cached: [Option<usize>; CACHED_ROWS],
}

impl RowCache {
    /// Empties the cache, and sizes it for rows of a width.
    pub(super) fn reset(&mut self, width: usize) {
        for row in &mut self.ring {
            row.resize(width, 0);
        }
        self.cached = [None; CACHED_ROWS];
    }

    /// Renders the output row at position `at`, in rows of the plane.
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
            *slot = source % CACHED_ROWS;
            if self.cached[*slot] != Some(source) {
                self.resample_two(kernels, plane, blocks, source);
            }
        }
        let weights = weights.map(|weight| [weight; axis::LANES]);
        kernels.down(slots.map(|slot| self.ring[slot].as_slice()), &weights, out);
    }

    /// Resamples a row across, and the one below it, which comes next: two at once read the weights once.
    fn resample_two(&mut self, kernels: Kernels, plane: &Plane, blocks: &[Block], source: usize) {
        let slots = [source % CACHED_ROWS, (source + 1) % CACHED_ROWS];
        let sources = [source, (source + 1).min(plane.height() - 1)].map(|y| plane.row(y));
        let Ok(rows) = self.ring.get_disjoint_mut(slots) else { return };
        kernels.across(sources, blocks, rows.map(Vec::as_mut_slice));
        self.cached[slots[0]] = Some(source);
        self.cached[slots[1]] = Some(source + 1);
    }
}
