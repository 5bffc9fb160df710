//! Which part of its picture a shot of a long scene shows, and how the camera moves there.

use std::f64::consts::TAU;
use std::ops::Range;

use film_painter::Size;

use crate::motion::{self, Camera, Pose, ZOOM_PER_SECOND};
use crate::rng::SeededRng;
use crate::timeline::FrameRate;

/// Where shots of a part begin, as zooms. Below, the part hardly differs from the whole; with its move a shot reaches
/// at most 1.5, beyond which a picture that is as wide as the frame, or a little wider, looks soft.
const PART_ZOOM: (f64, f64) = (1.32, 1.38);

/// How far a pan goes in a second, in widths of the cover crop: 19 pixels at 1080p and a zoom of 1.35.
const PAN_PER_SECOND: f64 = 0.0075;

/// How far from the middle of a view, as a share of it, a thing may stand that must not be cut by its edge.
const IN_VIEW: f64 = 0.32;

/// Seconds of a move after which it goes no farther: a little more than the longest shot.
const LONGEST_MOVE_S: f64 = 9.0;

/// Which part of a picture a shot shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// All of the cover crop, with a slow move towards the focus or away from it.
    Whole,
    /// What is about the focus, drawing nearer or away.
    Near,
    /// The third of the picture that lies away from the focus, along the frame's longer side, with a slow pan.
    Third,
}

impl Framing {
    /// The move of a shot that is seen on `frames` of its scene. It is eased at both ends like any other, so that the
    /// camera hardly moves while one shot dissolves into the next. Each shot of a scene should have its own `seed`.
    pub fn camera(
        self,
        seed: u64,
        focus: (f32, f32),
        (picture, frame): (Size, Size),
        rate: FrameRate,
        frames: Range<u32>,
    ) -> Camera {
        let cover = motion::cover(picture, frame);
        let focus = (f64::from(focus.0), f64::from(focus.1));
        let seconds = (frames.len() as f64 / f64::from(rate.fps())).min(LONGEST_MOVE_S);
        let mut seed = SeededRng::new(seed ^ 0x5368_6f74);
        let span = ZOOM_PER_SECOND * seconds * seed.between(0.6, 0.75);
        let angle = seed.between(0.0, TAU);
        // The wide end looks a little past the focus. Where it would leave the picture, it is moved back into it.
        let aside = |far: f64| (focus.0 + far * angle.cos() * cover.0, focus.1 + far * angle.sin() * cover.1);
        let zoom = seed.between(PART_ZOOM.0, PART_ZOOM.1);
        let (wide, near) = match self {
            Self::Whole => (
                Pose { zoom: 1.0, centre: aside(0.25 * span + 0.015) },
                Pose { zoom: 1.0 + span, centre: focus },
            ),
            Self::Near => {
                (Pose { zoom, centre: aside(0.02) }, Pose { zoom: zoom * (1.0 + span), centre: focus })
            }
            Self::Third => {
                let across = frame.width >= frame.height;
                let (along, whole) = if across { (focus.0, cover.0) } else { (focus.1, cover.1) };
                let is_in_the_middle = (along - 0.5).abs() < 0.02;
                let to_the_end = if is_in_the_middle { seed.unit() < 0.5 } else { along < 0.5 };
                // How far from the middle, away from the focus: to the edge of the crop, unless that would cut through what
                // stands at the focus; then as far as that stays well within.
                let (room, seen) = (whole * (1.0 - 1.0 / zoom) / 2.0, whole / zoom);
                let uncut = IN_VIEW * seen - (along - 0.5).abs();
                let far = if uncut > -room + 0.1 * whole { uncut.min(room) } else { room };
                let way = PAN_PER_SECOND * seconds * whole;
                let pose = |far: f64, zoom: f64| {
                    let at = if to_the_end { 0.5 + far } else { 0.5 - far };
                    Pose { zoom, centre: if across { (at, focus.1) } else { (focus.0, at) } }
                };
                // And back towards the focus.
                (pose(far, zoom), pose(far - way, zoom * 1.02))
            }
        };
        let ends = if seed.unit() < 0.5 { (wide, near) } else { (near, wide) };
        let camera = Camera::moving(cover, ends, frames);
        if self == Self::Whole { camera } else { camera.of_a_part() }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::motion::View;

    const HD: Size = Size { width: 1920, height: 1080 };
    const FRAMES: [Size; 3] = [HD, Size { width: 1080, height: 1920 }, Size { width: 1080, height: 1080 }];

    fn framing() -> impl Strategy<Value = Framing> {
        prop_oneof![Just(Framing::Whole), Just(Framing::Near), Just(Framing::Third)]
    }

    fn edges(view: View) -> [f64; 4] {
        let View { centre, extent } = view;
        let ends = |centre: f64, extent: f64| [centre - extent / 2.0, 1.0 - centre - extent / 2.0];
        let ([a, b], [c, d]) = (ends(centre.0, extent.0), ends(centre.1, extent.1));
        [a, b, c, d]
    }

    proptest! {
        #[test]
        fn no_plane_of_any_shot_shows_the_pictures_edge_and_shapes_stay(
            framing in framing(), seed: u64, x in 0f32..=1.0, y in 0f32..=1.0, w in 100u32..5000, h in 100u32..5000,
            frame in 0usize..3, nearness in 0.6..1.35f64, from in 0u32..1000, length in 120u32..270,
        ) {
            let (picture, frame) = (Size { width: w, height: h }, FRAMES[frame]);
            let camera = framing.camera(seed, (x, y), (picture, frame), FrameRate::F30, from..from + length);
            let plane = camera.clone().at_nearness(nearness);
            for f in (0..from + length + 10).step_by(7) {
                let view = camera.view(f);
                prop_assert!(edges(view).iter().all(|edge| *edge > -1e-9));
                prop_assert!(edges(plane.view(f)).iter().all(|edge| *edge > -1e-9));
                let zoom = camera.cover().0 / view.extent.0;
                prop_assert!((1.0 - 1e-9..=1.53).contains(&zoom), "{zoom}");
                let shape = view.extent.0 * f64::from(w) / (view.extent.1 * f64::from(h));
                prop_assert!((shape * f64::from(frame.height) / f64::from(frame.width) - 1.0).abs() < 1e-9);
                let ratio = camera.cover().1 / plane.view(f).extent.1 / plane.middle_zoom();
                prop_assert!(ratio.max(1.0 / ratio) <= plane.zoom_ratio() + 1e-6, "{ratio} {}", plane.zoom_ratio());
            }
        }

        #[test]
        fn what_must_stay_in_view_is_in_every_view_of_the_whole_and_of_what_is_near(
            seed: u64, x in 0f32..=1.0, y in 0f32..=1.0, frame in 0usize..3, near: bool,
        ) {
            let framing = if near { Framing::Near } else { Framing::Whole };
            let camera = framing.camera(seed, (x, y), (FRAMES[frame], FRAMES[frame]), FrameRate::F30, 0..240);
            for f in 0..240 {
                let View { centre, extent } = camera.view(f);
                prop_assert!((centre.0 - f64::from(x)).abs() <= extent.0 / 2.0 + 1e-9);
                prop_assert!((centre.1 - f64::from(y)).abs() <= extent.1 / 2.0 + 1e-9);
            }
        }

        #[test]
        fn no_shot_jerks(framing in framing(), seed: u64, x in 0f32..=1.0, length in 120u32..270) {
            let camera = framing.camera(seed, (x, 0.4), (HD, HD), FrameRate::F30, 50..50 + length);
            let left = |f| { let v = camera.view(f); (v.centre.0 - v.extent.0 / 2.0) / v.extent.0 * 1920.0 };
            for f in 48..48 + length {
                let turn = left(f + 2) - 2.0 * left(f + 1) + left(f);
                prop_assert!(turn.abs() < 0.12, "{turn} pixels a frame a frame at {f}");
            }
        }
    }

    #[test]
    fn framings_differ_by_more_than_their_own_moves() {
        for seed in 0..50 {
            let extents = |framing: Framing| {
                let camera = framing.camera(seed, (0.4, 0.5), (HD, HD), FrameRate::F30, 0..240);
                [camera.view(0), camera.view(239)].map(|view| view.extent.0)
            };
            let near = extents(Framing::Near).into_iter().fold(0.0, f64::max);
            assert!(extents(Framing::Whole).into_iter().all(|whole| whole / near > 1.15), "{seed}");
        }
    }
}
