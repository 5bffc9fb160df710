//! Shapes drawn in a thing's own measures: `x` right and `y` up from its foot, scaled and placed.

use tiny_skia::{LineCap, LineJoin, Path, PathBuilder, Stroke};

/// Maps a thing's own coordinates to pixels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) x: f32,
    pub(crate) y: f32,
    /// Pixels per unit of the local coordinates.
    pub(crate) scale: f32,
    /// −1 draws it mirrored left to right.
    pub(crate) facing: f32,
    /// Sine and cosine of the angle by which it is turned about its origin, anticlockwise before it is mirrored.
    turn: (f32, f32),
}

impl Place {
    pub(crate) fn new((x, y): (f32, f32), scale: f32) -> Self {
        Self { x, y, scale, facing: 1.0, turn: (0.0, 1.0) }
    }

    pub(crate) fn facing(self, facing: f32) -> Self {
        Self { facing, ..self }
    }

    /// Turned about its origin by an angle in radians, anticlockwise where it is not mirrored.
    pub(crate) fn turned(self, angle: f32) -> Self {
        Self { turn: angle.sin_cos(), ..self }
    }

    /// A local point in pixels.
    pub(crate) fn at(&self, x: f32, y: f32) -> (f32, f32) {
        let (sin, cos) = self.turn;
        let (x, y) = (x * cos - y * sin, x * sin + y * cos);
        (self.x + x * self.scale * self.facing, self.y - y * self.scale)
    }

    /// A pixel position in local coordinates.
    pub(crate) fn local(&self, px: f32, py: f32) -> (f32, f32) {
        let (sin, cos) = self.turn;
        let (x, y) = ((px - self.x) / (self.scale * self.facing), (self.y - py) / self.scale);
        (x * cos + y * sin, y * cos - x * sin)
    }

    /// A place inside this one: its origin at a local point, its scale relative to this one's.
    pub(crate) fn within(&self, x: f32, y: f32, scale: f32) -> Self {
        let (px, py) = self.at(x, y);
        Self { x: px, y: py, scale: self.scale * scale, ..*self }
    }

    /// Starts a shape that is drawn in this place's coordinates.
    pub(crate) fn pen(&self) -> Pen {
        Pen { place: *self, path: PathBuilder::new() }
    }
}

/// Builds a path in a place's coordinates.
pub(crate) struct Pen {
    place: Place,
    path: PathBuilder,
}

impl Pen {
    /// Goes on in another place, within the same path.
    pub(crate) fn placed(mut self, place: Place) -> Self {
        self.place = place;
        self
    }

    pub(crate) fn move_to(mut self, x: f32, y: f32) -> Self {
        let (x, y) = self.place.at(x, y);
        self.path.move_to(x, y);
        self
    }

    pub(crate) fn line_to(mut self, x: f32, y: f32) -> Self {
        let (x, y) = self.place.at(x, y);
        self.path.line_to(x, y);
        self
    }

    pub(crate) fn quad_to(mut self, (cx, cy): (f32, f32), (x, y): (f32, f32)) -> Self {
        let ((cx, cy), (x, y)) = (self.place.at(cx, cy), self.place.at(x, y));
        self.path.quad_to(cx, cy, x, y);
        self
    }

    pub(crate) fn cubic_to(mut self, a: (f32, f32), b: (f32, f32), to: (f32, f32)) -> Self {
        let (a, b, to) = (self.place.at(a.0, a.1), self.place.at(b.0, b.1), self.place.at(to.0, to.1));
        self.path.cubic_to(a.0, a.1, b.0, b.1, to.0, to.1);
        self
    }

    pub(crate) fn close(mut self) -> Self {
        self.path.close();
        self
    }

    pub(crate) fn polygon(self, points: &[(f32, f32)]) -> Self {
        let mut pen = self;
        for (i, &(x, y)) in points.iter().enumerate() {
            pen = if i == 0 { pen.move_to(x, y) } else { pen.line_to(x, y) };
        }
        pen.close()
    }

    pub(crate) fn block(self, left: f32, bottom: f32, right: f32, top: f32) -> Self {
        self.polygon(&[(left, bottom), (right, bottom), (right, top), (left, top)])
    }

    pub(crate) fn ellipse(self, (cx, cy): (f32, f32), (rx, ry): (f32, f32)) -> Self {
        /// Control length that makes four cubics a circle.
        const K: f32 = 0.552_284_8;
        self.move_to(cx + rx, cy)
            .cubic_to((cx + rx, cy + ry * K), (cx + rx * K, cy + ry), (cx, cy + ry))
            .cubic_to((cx - rx * K, cy + ry), (cx - rx, cy + ry * K), (cx - rx, cy))
            .cubic_to((cx - rx, cy - ry * K), (cx - rx * K, cy - ry), (cx, cy - ry))
            .cubic_to((cx + rx * K, cy - ry), (cx + rx, cy - ry * K), (cx + rx, cy))
            .close()
    }

    /// The outline of a solid of revolution around a vertical axis at `x`: half-widths by height, bottom to top.
    pub(crate) fn turned(self, x: f32, profile: &[(f32, f32)]) -> Self {
        let right = profile.iter().map(|&(half, y)| (x + half, y));
        let left = profile.iter().rev().map(|&(half, y)| (x - half, y));
        let points: Vec<_> = right.chain(left).collect();
        self.polygon(&points)
    }

    /// A blade that tapers from `width` at its root to a point, bowed through `bend`.
    pub(crate) fn blade(self, root: (f32, f32), bend: (f32, f32), tip: (f32, f32), width: f32) -> Self {
        let half = width * 0.5;
        self.move_to(root.0 - half, root.1)
            .quad_to((bend.0 - half * 0.8, bend.1), tip)
            .quad_to((bend.0 + half * 0.8, bend.1), (root.0 + half, root.1))
            .close()
    }

    /// A tapering limb between two points.
    pub(crate) fn limb(self, from: (f32, f32), to: (f32, f32), widths: (f32, f32)) -> Self {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = (dx * dx + dy * dy).sqrt().max(1e-6);
        let (nx, ny) = (-dy / length * 0.5, dx / length * 0.5);
        let (wa, wb) = widths;
        self.polygon(&[
            (from.0 + nx * wa, from.1 + ny * wa),
            (from.0 - nx * wa, from.1 - ny * wa),
            (to.0 - nx * wb, to.1 - ny * wb),
            (to.0 + nx * wb, to.1 + ny * wb),
        ])
    }

    /// A closed outline that goes smoothly through points.
    pub(crate) fn smooth(self, points: &[(f32, f32)]) -> Self {
        let count = points.len();
        let around: Vec<_> = (0..count + 3).map(|i| points[(i + count - 1) % count]).collect();
        self.polygon(&spline(&around))
    }

    /// A band along a smooth line through points, as wide there as `width` says for 0 (its start) to 1 (its end).
    pub(crate) fn ribbon(self, points: &[(f32, f32)], width: impl Fn(f32) -> f32) -> Self {
        let (Some(&first), Some(&last)) = (points.first(), points.last()) else { return self };
        let ends: Vec<_> = [first].iter().chain(points).chain([&last]).copied().collect();
        let line = spline(&ends);
        let side = |sign: f32| {
            let line = &line;
            (0..line.len()).map(move |i| {
                let (a, b) = (line[i.saturating_sub(1)], line[(i + 1).min(line.len() - 1)]);
                let (dx, dy) = (b.0 - a.0, b.1 - a.1);
                let length = (dx * dx + dy * dy).sqrt().max(1e-6);
                (line[i], (-dy / length * sign, dx / length * sign), i as f32 / (line.len() - 1) as f32)
            })
        };
        let edge = |(at, normal, t): ((f32, f32), (f32, f32), f32)| {
            let half = width(t) * 0.5;
            (at.0 + normal.0 * half, at.1 + normal.1 * half)
        };
        let points: Vec<_> = side(1.0).map(edge).chain(side(-1.0).map(edge).rev()).collect();
        self.polygon(&points)
    }

    /// The finished path; `None` when it is empty or flat.
    pub(crate) fn path(self) -> Option<Path> {
        self.path.finish()
    }
}

/// Points on the smooth line (a Catmull–Rom spline) through all but the first and the last of some points, which say
/// how it begins and ends.
pub(crate) fn spline(points: &[(f32, f32)]) -> Vec<(f32, f32)> {
    const STEPS: u32 = 8;
    let mut line = Vec::new();
    for four in points.windows(4) {
        let [a, b, c, d] = [four[0], four[1], four[2], four[3]];
        for step in 0..STEPS {
            let t = step as f32 / STEPS as f32;
            let at = |a: f32, b: f32, c: f32, d: f32| {
                let (k1, k2) = (2.0 * a - 5.0 * b + 4.0 * c - d, 3.0 * (b - c) + d - a);
                0.5 * (2.0 * b + (c - a) * t + k1 * t * t + k2 * t * t * t)
            };
            line.push((at(a.0, b.0, c.0, d.0), at(a.1, b.1, c.1, d.1)));
        }
    }
    line.extend(points.get(points.len().wrapping_sub(2)));
    line
}

/// The outline of a path as a path, `width` pixels wide.
pub(crate) fn outline(path: &Path, width: f32) -> Option<Path> {
    let stroke = Stroke { width, line_cap: LineCap::Round, line_join: LineJoin::Round, ..Stroke::default() };
    path.stroke(&stroke, 1.0)
}

/// The surface of a solid of revolution: how its side faces the light, from the edge at −1
/// through the middle at 0 to the other edge at 1. `from` is the light's side, −1 or 1.
pub(crate) fn round(across: f32, from: f32) -> f32 {
    let across = across.clamp(-1.0, 1.0);
    let towards_eye = (1.0 - across * across).sqrt();
    (across * from * 0.72 + towards_eye * 0.55).max(0.0)
}
