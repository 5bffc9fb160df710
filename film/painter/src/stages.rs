//! The planes of a picture while it is painted: what was to be seen when each ended, and what shines through the next.

use crate::color::Rgb;
use crate::depth::{Distance, Flame, Life};

/// Planes while they are painted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stages {
    pub(crate) done: Vec<Stage>,
    pub(crate) now: Plane,
    pub(crate) flames: Vec<Flame>,
}

/// A plane that is finished, and what was to be seen then.
#[derive(Clone, Debug)]
pub(crate) struct Stage {
    pub(crate) plane: Plane,
    pub(crate) pixels: Vec<Rgb>,
}

/// What is known of a plane besides its light.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plane {
    pub(crate) distance: Distance,
    pub(crate) life: Life,
    /// How much of what is behind shines through; empty for the backdrop.
    pub(crate) through: Vec<f32>,
}

impl Stages {
    pub(crate) fn part(&mut self, pixels: &[Rgb], distance: Distance, life: Life) {
        let next = Plane { distance, life, through: vec![1.0; pixels.len()] };
        let plane = std::mem::replace(&mut self.now, next);
        self.done.push(Stage { plane, pixels: pixels.to_vec() });
    }

    /// Says how far away the plane stands that is being painted.
    pub(crate) fn stand(&mut self, distance: Distance) {
        self.now.distance = distance;
    }

    pub(crate) fn ripple(&mut self, shore: f32) {
        self.now.life = Life::Ripple { shore };
    }

    pub(crate) fn kindle(&mut self, flame: Flame) {
        self.flames.push(flame);
    }

    /// What is behind, to be changed as a whole.
    pub(crate) fn behind(&mut self) -> impl Iterator<Item = &mut Vec<Rgb>> {
        self.done.iter_mut().map(|stage| &mut stage.pixels)
    }

    /// Notes what share of the light at a pixel a stroke let through.
    #[inline]
    pub(crate) fn note(&mut self, at: usize, through: f32) {
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
