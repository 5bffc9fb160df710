//! The layers of a picture while it is painted: what was to be seen when each one ended, and what shines through the
//! next.

use crate::color::Rgb;
use crate::depth::{Distance, Flame, SheetMotion};

/// Records the layers of a canvas while it is painted on, from back to front.
#[derive(Clone, Debug, Default)]
pub(crate) struct LayerRecorder {
    /// Layers that are finished, the backdrop first.
    pub(crate) done: Vec<FinishedLayer>,
    /// The layer that is being painted.
    pub(crate) now: LayerState,
    /// All fires so far, on whatever layer.
    pub(crate) flames: Vec<Flame>,
}

/// A layer that is finished, and what was to be seen when it was.
#[derive(Clone, Debug)]
pub(crate) struct FinishedLayer {
    pub(crate) state: LayerState,
    /// The whole picture at that time, row by row.
    pub(crate) pixels: Vec<Rgb>,
}

/// What is known of a layer besides its light.
#[derive(Clone, Debug, Default)]
pub(crate) struct LayerState {
    pub(crate) distance: Distance,
    pub(crate) motion: SheetMotion,
    /// The share of the light from behind that shines through, by pixel, 0 to 1; empty for the backdrop.
    pub(crate) through: Vec<f32>,
}

impl LayerRecorder {
    /// Ends the layer that is being painted, of which `pixels` is the picture, and begins the next one before it.
    pub(crate) fn begin_layer(&mut self, pixels: &[Rgb], distance: Distance, motion: SheetMotion) {
        let next = LayerState { distance, motion, through: vec![1.0; pixels.len()] };
        let state = std::mem::replace(&mut self.now, next);
        self.done.push(FinishedLayer { state, pixels: pixels.to_vec() });
    }

    /// Sets how far away the layer is that is being painted.
    pub(crate) fn set_distance(&mut self, distance: Distance) {
        self.now.distance = distance;
    }

    /// Marks the layer that is being painted as water up to a shore (fraction of the height from the top).
    pub(crate) fn mark_water(&mut self, shore: f32) {
        self.now.motion = SheetMotion::Ripple { shore };
    }

    pub(crate) fn add_flame(&mut self, flame: Flame) {
        self.flames.push(flame);
    }

    /// The pictures of the finished layers, for light that falls on all of them.
    pub(crate) fn behind(&mut self) -> impl Iterator<Item = &mut Vec<Rgb>> {
        self.done.iter_mut().map(|stage| &mut stage.pixels)
    }

    /// Records the share of the light behind a pixel that a stroke lets through; a share outside 0 to 1 is clamped.
    #[inline]
    pub(crate) fn record_transmission(&mut self, at: usize, through: f32) {
        if let Some(left) = self.now.through.get_mut(at) {
            *left *= through.clamp(0.0, 1.0);
        }
    }

    /// Takes back what was painted on the first `pixels` pixels since `from` was copied from this recorder.
    pub(crate) fn restore(&mut self, from: &Self, pixels: usize) {
        self.now.through[..pixels].copy_from_slice(&from.now.through[..pixels]);
        for (stage, from) in self.done.iter_mut().zip(&from.done) {
            stage.pixels[..pixels].copy_from_slice(&from.pixels[..pixels]);
        }
        self.flames.clone_from(&from.flames);
    }
}
