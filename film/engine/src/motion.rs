//! The slow camera move over a still picture (the Ken Burns effect).
//!
//! A move depends on the scene's own seed, focus and sizes only: if it avoided the direction of its neighbour, every
//! clip would depend on all clips before it. Variety comes from the seed, which chooses between zooming in and out, how
//! far, and towards which side.
//!
//! Positions are `f64` and never rounded to pixels: a move of a tenth of a pixel a frame is smooth only if the
//! picture is resampled at exactly that place.

use std::ops::Range;

use film_painter::Size;

use crate::rng::SeededRng;
use crate::timeline::FrameRate;

/// The strongest zoom, where 1.0 is the whole cover crop.
pub const MAX_ZOOM: f64 = 1.15;

/// How much the zoom may grow in a second. A ten-second scene may use all of [`MAX_ZOOM`]; a shorter one moves
/// no faster, only less far.
pub(crate) const ZOOM_PER_SECOND: f64 = 0.015;

/// The fraction of a move in which the camera accelerates, and again in which it slows down.
const EASE: f64 = 0.18;

/// What the camera sees, as fractions of the picture's width and height.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct View {
    /// The middle of what is seen, 0.0 ..= 1.0 of the picture's width and height.
    pub centre: (f64, f64),
    /// What is seen, 0.0 ..= 1.0 of the picture's width and height.
    pub extent: (f64, f64),
}

impl View {
    fn clamped(centre: (f64, f64), extent: (f64, f64)) -> Self {
        // Rounding may make the whole picture a little more than the whole.
        let extent = (extent.0.min(1.0), extent.1.min(1.0));
        let within = |c: f64, e: f64| c.clamp(e / 2.0, 1.0 - e / 2.0);
        Self { centre: (within(centre.0, extent.0), within(centre.1, extent.1)), extent }
    }
}

/// A camera move over one picture: where it looks on every frame of the scene.
#[derive(Clone, Debug, PartialEq)]
pub struct Camera {
    cover: (f64, f64),
    from: Pose,
    to: Pose,
    frames: u32,
    /// The first frame of the move. Before it, the camera sees what it sees there.
    first: u32,
    /// What the plane of every distance shows alike: planes move against one another from here on. It holds all that
    /// the move shows.
    base: View,
    /// Parallax factor of the plane: 1 for the plane of the subject, less for planes behind it, more for nearer ones.
    nearness: f64,
    /// How far the plane itself moves to the right from the first frame to the last, in picture widths.
    drift: f64,
}

/// Where a move begins or ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pose {
    /// Zoom from 1.0, the whole cover crop, to [`MAX_ZOOM`], and more in a shot of a part.
    pub zoom: f64,
    /// The middle of what is seen, 0.0 ..= 1.0 of the picture's width and height. A view that would leave the picture
    /// is moved back into it.
    pub centre: (f64, f64),
}

/// The largest part of the picture that has the frame's shape, as fractions of the picture.
pub(crate) fn cover(picture: Size, frame: Size) -> (f64, f64) {
    let picture_shape = f64::from(picture.width) / f64::from(picture.height);
    let frame_shape = f64::from(frame.width) / f64::from(frame.height);
    if picture_shape > frame_shape {
        (frame_shape / picture_shape, 1.0)
    } else {
        (1.0, picture_shape / frame_shape)
    }
}

impl Camera {
    /// A camera that does not move: the cover crop nearest to the focus.
    pub fn still(focus: (f32, f32), picture: Size, frame: Size) -> Self {
        let pose = Pose { zoom: 1.0, centre: (f64::from(focus.0), f64::from(focus.1)) };
        Self::moving(cover(picture, frame), (pose, pose), 0..1)
    }

    /// A move from one pose to another, eased at both ends. `frames` is the scene's whole length.
    pub fn between(from: Pose, to: Pose, picture: Size, frame: Size, frames: u32) -> Self {
        let within = |pose: Pose| Pose { zoom: pose.zoom.clamp(1.0, MAX_ZOOM), ..pose };
        Self::moving(cover(picture, frame), (within(from), within(to)), 0..frames)
    }

    /// A move over the scene's `frames`, eased at both ends, in a picture with this [`cover`] crop.
    pub(crate) fn moving(cover: (f64, f64), (from, to): (Pose, Pose), frames: Range<u32>) -> Self {
        let base = View { centre: (0.5, 0.5), extent: cover };
        let (first, frames) = (frames.start, frames.len().try_into().unwrap_or(u32::MAX).max(1));
        Self { cover, from, to, frames, first, base, nearness: 1.0, drift: 0.0 }
    }

    /// A slow move towards or away from the focus. The same arguments always give the same move.
    ///
    /// `frames` is the scene's whole length, crossfades included, so that the camera already moves while its
    /// picture comes in and still moves while it goes.
    pub fn ken_burns(
        seed: u64,
        focus: (f32, f32),
        picture: Size,
        frame: Size,
        rate: FrameRate,
        frames: u32,
    ) -> Self {
        let mut seed = SeededRng::new(seed ^ 0x4b65_6e42_7572_6e73);
        let cover = cover(picture, frame);
        let focus = (f64::from(focus.0), f64::from(focus.1));

        let seconds = f64::from(frames) / f64::from(rate.fps());
        let max_span = (MAX_ZOOM - 1.0) * seed.between(0.75, 1.0);
        let span = (ZOOM_PER_SECOND * seconds).clamp(0.02, max_span);
        let wide_zoom = 1.0 + (MAX_ZOOM - 1.0 - span) * seed.unit() * 0.5;
        let near_zoom = wide_zoom + span;

        // The near pose looks at the focus. The wide one stands off to one side, by a few hundredths of what
        // it sees; where the picture is larger than the cover crop, that is a visible pan.
        let angle = seed.between(0.0, std::f64::consts::TAU);
        let offset = 0.25 * span + 0.015;
        let aside =
            (focus.0 + angle.cos() * offset * cover.0 * 2.0, focus.1 + angle.sin() * offset * cover.1);
        let wide = Pose { zoom: wide_zoom, centre: aside };
        let near = Pose { zoom: near_zoom, centre: focus };
        let (from, to) = if seed.unit() < 0.5 { (wide, near) } else { (near, wide) };
        Self::moving(cover, (from, to), 0..frames)
    }

    /// The same move over a part of the picture: planes move against one another from what the move shows at its widest,
    /// not from the whole picture, so that what stands together in the part stays together.
    pub(crate) fn of_a_part(self) -> Self {
        Self { base: self.bounds(), ..self }
    }

    /// The smallest view of the frame's shape that holds both ends of the move, and so all of it.
    fn bounds(&self) -> View {
        let views = [self.from, self.to].map(|pose| View::clamped(pose.centre, self.extent(pose.zoom)));
        let edge = |side: f64, of: fn(&View) -> (f64, f64)| {
            let ends = views.iter().map(|view| {
                let (centre, extent) = of(view);
                centre + side * extent / 2.0
            });
            if side < 0.0 { ends.fold(f64::INFINITY, f64::min) } else { ends.fold(0.0, f64::max) }
        };
        let (x, y) =
            (|view: &View| (view.centre.0, view.extent.0), |view: &View| (view.centre.1, view.extent.1));
        let ([left, right], [top, bottom]) =
            ([-1.0, 1.0].map(|side| edge(side, x)), [-1.0, 1.0].map(|side| edge(side, y)));
        // As high as it is wide, in units of the cover crop.
        let share = ((right - left) / self.cover.0).max((bottom - top) / self.cover.1).min(1.0);
        let extent = (self.cover.0 * share, self.cover.1 * share);
        View::clamped(((left + right) / 2.0, (top + bottom) / 2.0), extent)
    }

    /// The same move as it is seen on a plane that stands `nearness` times as near (parallax).
    ///
    /// Each edge of the view lies `nearness` times as far inside what all planes show alike: the whole picture, or the
    /// part of it that a shot is framed to. That is what a camera sees that moves forward among planes, and no plane
    /// ever shows its own edge.
    pub(crate) fn at_nearness(self, nearness: f64) -> Self {
        Self { nearness, ..self }
    }

    /// The same move over a plane that itself moves steadily to the right (above 0) or to the left, by `drift` picture
    /// widths from the first frame to the last. The view is narrower by as much, so that it never leaves the picture.
    pub(crate) fn drifting(self, drift: f64) -> Self {
        Self { drift, ..self }
    }

    /// What is seen on a frame of the scene; frames before and behind the move see what its first and last one see.
    pub fn view(&self, frame: u32) -> View {
        let view = self.path(frame);
        if self.nearness == 1.0 && self.drift == 0.0 {
            return view;
        }
        let near = |centre: f64, extent: f64, (base, whole): (f64, f64)| {
            let (first, last) = (base - whole / 2.0, base + whole / 2.0);
            let left = first + (centre - extent / 2.0 - first) * self.nearness;
            let right = last - (last - centre - extent / 2.0) * self.nearness;
            ((left + right) / 2.0, right - left)
        };
        let base = self.base;
        let (mut x, mut width) = near(view.centre.0, view.extent.0, (base.centre.0, base.extent.0));
        let (y, height) = near(view.centre.1, view.extent.1, (base.centre.1, base.extent.1));
        let room = self.drift.abs();
        if room > 0.0 {
            let last = self.frames.saturating_sub(1).max(1);
            let time = f64::from(frame.saturating_sub(self.first).min(last)) / f64::from(last);
            // A plane that moves to the right is sampled ever farther to the left.
            let gone = if self.drift > 0.0 { 1.0 - time } else { time };
            (x, width) = (x * (1.0 - room) + room * gone, width * (1.0 - room));
        }
        View::clamped((x, y), (width, height))
    }

    /// What is seen where the nearness is 1.
    fn path(&self, frame: u32) -> View {
        let last = self.frames - 1;
        let frame = frame.saturating_sub(self.first).min(last);
        let time = if last == 0 { 0.0 } else { f64::from(frame) / f64::from(last) };
        let progress = ease(time);
        // At constant apparent speed the zoom is multiplied by the same factor on every frame.
        let zoom = self.from.zoom * (self.to.zoom / self.from.zoom).powf(progress);
        let extent = self.extent(zoom);
        // The edges must move along straight lines, or the picture wobbles: the centre follows the extent.
        let whole = 1.0 / self.to.zoom - 1.0 / self.from.zoom;
        let share = if whole.abs() < 1e-9 { progress } else { (1.0 / zoom - 1.0 / self.from.zoom) / whole };
        let start = View::clamped(self.from.centre, self.extent(self.from.zoom));
        let end = View::clamped(self.to.centre, self.extent(self.to.zoom));
        let between = |a: f64, b: f64| a + (b - a) * share;
        View::clamped((between(start.centre.0, end.centre.0), between(start.centre.1, end.centre.1)), extent)
    }

    /// Frames of the whole move.
    pub(crate) fn frames(&self) -> u32 {
        self.frames
    }

    /// What is seen at a zoom of 1.0.
    pub(crate) fn cover(&self) -> (f64, f64) {
        (self.cover.0 * (1.0 - self.drift.abs()), self.cover.1)
    }

    /// The zoom in the middle of the move, by which the picture is best prepared.
    pub(crate) fn middle_zoom(&self) -> f64 {
        (self.zoom(self.from) * self.zoom(self.to)).sqrt()
    }

    /// By what factor the zoom differs at most from [`middle_zoom`](Self::middle_zoom).
    pub(crate) fn zoom_ratio(&self) -> f64 {
        let ratio = self.zoom(self.to) / self.zoom(self.from);
        ratio.max(1.0 / ratio).sqrt()
    }

    fn zoom(&self, pose: Pose) -> f64 {
        if self.nearness == 1.0 {
            return pose.zoom;
        }
        let base = self.base.extent.0 / self.cover.0;
        1.0 / (base - self.nearness * (base - 1.0 / pose.zoom))
    }

    fn extent(&self, zoom: f64) -> (f64, f64) {
        (self.cover.0 / zoom, self.cover.1 / zoom)
    }
}

/// How far a move has come at a time, both 0 ..= 1: the speed rises and falls as half a cosine wave over
/// [`EASE`] of the time at either end, and is constant between. A plain smoothstep is never constant, and its
/// middle is half as fast again.
fn ease(time: f64) -> f64 {
    let full_speed = 1.0 / (1.0 - EASE);
    let risen = |t: f64| {
        full_speed * (t / 2.0 - EASE / std::f64::consts::TAU * (std::f64::consts::PI * t / EASE).sin())
    };
    if time < EASE {
        risen(time)
    } else if time > 1.0 - EASE {
        1.0 - risen(1.0 - time)
    } else {
        full_speed * (time - EASE / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HD: Size = Size { width: 1920, height: 1080 };

    proptest! {
        #[test]
        fn the_camera_never_leaves_the_picture(
            seed: u64, x in 0f32..=1.0, y in 0f32..=1.0, w in 100u32..5000, h in 100u32..5000,
            tall: bool, frames in 1u32..900,
        ) {
            let frame = if tall { Size { width: 1080, height: 1920 } } else { HD };
            let picture = Size { width: w, height: h };
            let camera = Camera::ken_burns(seed, (x, y), picture, frame, FrameRate::F30, frames);
            for f in 0..frames {
                let View { centre, extent } = camera.view(f);
                for (c, e) in [(centre.0, extent.0), (centre.1, extent.1)] {
                    prop_assert!(c - e / 2.0 >= -1e-9 && c + e / 2.0 <= 1.0 + 1e-9);
                }
                let zoom = camera.cover().0 / extent.0;
                prop_assert!((1.0 - 1e-9..=MAX_ZOOM + 1e-9).contains(&zoom));
                let shape = extent.0 * f64::from(w) / (extent.1 * f64::from(h));
                let wanted = f64::from(frame.width) / f64::from(frame.height);
                prop_assert!((shape / wanted - 1.0).abs() < 1e-9);
            }
        }

        /// Planes at other distances go along the same straight way, so many times as far, and show no edge.
        #[test]
        fn nearer_planes_move_more_and_none_shows_its_edge(
            seed: u64, x in 0f32..=1.0, y in 0f32..=1.0, nearness in 0.5..1.3f64, drift in -0.03..0.03f64,
            tall: bool, frames in 2u32..900,
        ) {
            let size = if tall { Size { width: 1080, height: 1920 } } else { HD };
            let camera = Camera::ken_burns(seed, (x, y), size, size, FrameRate::F30, frames);
            let (near, drifting) = (camera.clone().at_nearness(nearness), camera.clone().at_nearness(nearness).drifting(drift));
            for f in 0..frames {
                let (own, view) = (camera.view(f), near.view(f));
                let edges = |c: f64, e: f64| [c - e / 2.0, 1.0 - c - e / 2.0];
                for ((c, e), (own_c, own_e)) in [(view.centre.0, view.extent.0), (view.centre.1, view.extent.1)]
                    .into_iter().zip([(own.centre.0, own.extent.0), (own.centre.1, own.extent.1)])
                {
                    for (edge, own) in edges(c, e).into_iter().zip(edges(own_c, own_e)) {
                        prop_assert!((edge - own * nearness).abs() < 1e-9 && edge > -1e-9);
                    }
                }
                let View { centre, extent } = drifting.view(f);
                prop_assert!(edges(centre.0, extent.0).into_iter().all(|edge| edge > -1e-9));
                let ratio = 1.0 / near.view(f).extent.1 / near.middle_zoom();
                prop_assert!(ratio.max(1.0 / ratio) <= near.zoom_ratio() + 1e-9);
            }
        }

        #[test]
        fn the_camera_never_jerks(seed: u64, frames in 90u32..600) {
            let camera = Camera::ken_burns(seed, (0.5, 0.4), HD, HD, FrameRate::F30, frames);
            let left = |f| { let v = camera.view(f); (v.centre.0 - v.extent.0 / 2.0) * 1920.0 };
            for f in 0..frames - 2 {
                let turn = left(f + 2) - 2.0 * left(f + 1) + left(f);
                prop_assert!(turn.abs() < 0.12, "{turn} pixels a frame a frame at {f}");
            }
        }
    }

    #[test]
    fn a_drift_goes_its_way_at_a_steady_pace() {
        let camera = Camera::still((0.5, 0.5), HD, HD);
        let camera = Camera { frames: 301, ..camera }.drifting(0.02);
        let lefts: Vec<f64> =
            (0..301).map(|f| camera.view(f)).map(|v| v.centre.0 - v.extent.0 / 2.0).collect();
        assert!((lefts[0] - 0.02).abs() < 1e-12 && lefts[300].abs() < 1e-12);
        assert!(lefts.windows(2).all(|l| (l[0] - l[1] - 0.02 / 300.0).abs() < 1e-12));
        assert_eq!(camera.view(0).extent.1, 1.0);
    }

    #[test]
    fn the_same_seed_moves_the_same_way_and_others_differ() {
        let camera = |seed| Camera::ken_burns(seed, (0.5, 0.5), HD, HD, FrameRate::F30, 300);
        assert_eq!(camera(7), camera(7));
        let nearing = (0..100).filter(|&s| camera(s).view(0).extent.0 > camera(s).view(299).extent.0).count();
        assert!((30..=70).contains(&nearing), "{nearing} of 100 draw near");
    }

    #[test]
    fn easing_is_continuous_and_ends_where_it_should() {
        assert_eq!(ease(0.0), 0.0);
        assert!((ease(1.0) - 1.0).abs() < 1e-12 && (ease(0.5) - 0.5).abs() < 1e-12);
        let steps: Vec<f64> =
            (0..1000).map(|i| ease(f64::from(i + 1) / 1000.0) - ease(f64::from(i) / 1000.0)).collect();
        assert!(steps.windows(2).all(|w| (w[0] - w[1]).abs() < 2e-5));
        assert!(steps[0] < 1e-5);
    }
}
