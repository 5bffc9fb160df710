//! The planes of a picture while it is painted: what was to be seen when each ended, and what shines through the next.

use crate::color::Rgb;
use crate::depth::{Distance, Flame, SheetMotion};

/// Planes while they are painted.
#[derive(Clone, Debug, Default)]
pub(crate) struct LayerRecorder {
    pub(crate) done: Vec<FinishedLayer>,
    pub(crate) now: LayerState,
    pub(crate) flames: Vec<Flame>,
}

/// A plane that is finished, and what was to be seen then.
#[derive(Clone, Debug)]
pub(crate) struct FinishedLayer {
    pub(crate) state: LayerState,
    pub(crate) pixels: Vec<Rgb>,
}

/// What is known of a plane besides its light.
#[derive(Clone, Debug, Default)]
pub(crate) struct LayerState {
    pub(crate) distance: Distance,
    pub(crate) motion: SheetMotion,
    /// How much of what is behind shines through; empty for the backdrop.
    pub(crate) through: Vec<f32>,
}

impl LayerRecorder {
    pub(crate) fn begin_layer(&mut self, pixels: &[Rgb], distance: Distance, motion: SheetMotion) {
        let next = LayerState { distance, motion, through: vec![1.0; pixels.len()] };
        let state = std::mem::replace(&mut self.now, next);
        self.done.push(FinishedLayer { state, pixels: pixels.to_vec() });
    }

    /// Says how far away the plane stands that is being painted.
    pub(crate) fn set_distance(&mut self, distance: Distance) {
        self.now.distance = distance;
    }

    pub(crate) fn mark_water(&mut self, shore: f32) {
        self.now.motion = SheetMotion::Ripple { shore };
    }

    pub(crate) fn add_flame(&mut self, flame: Flame) {
        self.flames.push(flame);
    }

    /// What is behind, to be changed as a whole.
    pub(crate) fn behind(&mut self) -> impl Iterator<Item = &mut Vec<Rgb>> {
        self.done.iter_mut().map(|stage| &mut stage.pixels)
    }

    /// Notes what share of the light at a pixel a stroke let through.
    #[inline]
    pub(crate) fn record_transmission(&mut self, at: usize, through: f32) {
        if let Some(left) = self.now.through.get_mut(at) {
            *left *= through.clamp(0.0, 1.0);
        }
    }

    /// Takes back what was painted on the first pixels since a copy was made.
    pub(crate) fn restore(&mut self, from: &Self, pixels: usize) {
        self.now.through[..pixels].copy_from_slice(&from.now.through[..pixels]);
        for (stage, from) in self.done.iter_mut().zip(&from.done) {
            stage.pixels[..pixels].copy_from_slice(&from.pixels[..pixels]);
        }
        self.flames.clone_from(&from.flames);
    }
}
