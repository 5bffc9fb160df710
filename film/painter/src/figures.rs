//! Living things, small and far: only where the tradition permits figures.

use crate::canvas::Canvas;
use crate::color::{Rgb, smoothstep};
use crate::pen::Place;
use crate::seed::Stream;

/// A flock of birds, far away.
pub(crate) fn birds(canvas: &mut Canvas, centre: (f32, f32), count: u32, color: Rgb, rng: &mut Stream) {
    let frame = canvas.frame;
    let (cx, cy) = frame.place(centre.0, centre.1);
    let mut pen = Place::new((0.0, 0.0), 1.0).pen();
    for _ in 0..count {
        let at = (cx + rng.range(-0.17, 0.17) * frame.unit, cy + rng.range(-0.05, 0.05) * frame.unit);
        let span = frame.unit * rng.range(0.007, 0.014);
        let place = Place::new(at, span);
        let lift = rng.range(0.15, 0.65);
        for side in [-1.0, 1.0] {
            pen = pen
                .placed(place.facing(side))
                .move_to(0.0, -0.06)
                .cubic_to((0.25, lift), (0.55, lift * 0.95), (1.0, lift * 0.35))
                .cubic_to((0.60, lift * 0.68), (0.25, lift * 0.60), (0.0, 0.12))
                .close();
        }
    }
    canvas.fill(pen.path(), |_, _, before| before.mix(color, 0.82));
}

/// A sheep, grazing or looking up; 1 in local measure is its length.
pub(crate) fn sheep(
    canvas: &mut Canvas,
    place: Place,
    wool: Rgb,
    (sun, ambient): (Rgb, Rgb),
    rng: &mut Stream,
) {
    let grazing = rng.chance(0.6);
    let shade = ambient.tint(wool);
    contact_shadow(canvas, place, 0.52);
    let legs = [-0.26, -0.17, 0.17, 0.26]
        .iter()
        .fold(place.pen(), |pen, &x| pen.limb((x, 0.30), (x, 0.0), (0.055, 0.045)));
    canvas.fill(legs.path(), |_, _, _| shade * 0.25);
    let head = if grazing { (0.50, 0.20) } else { (0.50, 0.62) };
    let face = place.pen().ellipse(head, (0.10, 0.085)).limb((0.36, 0.44), head, (0.20, 0.14)).path();
    canvas.fill(face, |_, _, _| shade * 0.30);
    let fleece = (0..11).fold(place.pen(), |pen, i| {
        let t = i as f32 / 11.0 * std::f32::consts::TAU;
        pen.ellipse((t.cos() * 0.27, 0.44 + t.sin() * 0.11), (0.15, 0.13))
    });
    let fleece = fleece.ellipse((0.0, 0.44), (0.36, 0.18)).path();
    let curl = rng.noise();
    canvas.fill(fleece, |px, py, _| {
        let (x, y) = place.local(px, py);
        let up = smoothstep(0.20, 0.66, y);
        let curls = 0.88 + 0.28 * curl.fbm(x * 14.0, y * 14.0, 2);
        (shade * 0.85 + sun.tint(wool) * (0.42 * up * up)) * curls
    });
}

/// A shepherd in a long cloak with a staff, seen from behind; 1 in local measure is the height.
pub(crate) fn shepherd(canvas: &mut Canvas, place: Place, cloth: Rgb, (sun, ambient): (Rgb, Rgb), side: f32) {
    contact_shadow(canvas, place, 0.30);
    let staff = place
        .pen()
        .limb((0.25, 0.0), (0.24, 0.98), (0.022, 0.020))
        .limb((0.24, 0.98), (0.20, 1.06), (0.020, 0.020))
        .limb((0.20, 1.06), (0.14, 1.05), (0.020, 0.018))
        .limb((0.14, 1.05), (0.13, 1.00), (0.018, 0.016));
    canvas.fill(staff.path(), |_, _, _| ambient.tint(cloth) * 0.35);
    let body = place
        .pen()
        .move_to(-0.17, 0.0)
        .cubic_to((-0.15, 0.35), (-0.15, 0.62), (-0.10, 0.76))
        .cubic_to((-0.08, 0.82), (-0.055, 0.84), (-0.05, 0.86))
        .line_to(0.05, 0.86)
        .cubic_to((0.06, 0.84), (0.11, 0.80), (0.125, 0.72))
        .cubic_to((0.19, 0.66), (0.24, 0.63), (0.25, 0.57))
        .line_to(0.23, 0.53)
        .cubic_to((0.18, 0.55), (0.15, 0.53), (0.135, 0.52))
        .cubic_to((0.14, 0.34), (0.16, 0.15), (0.17, 0.0))
        .close()
        .ellipse((0.0, 0.90), (0.068, 0.082))
        .path();
    canvas.fill(body, |px, py, _| {
        let (x, y) = place.local(px, py);
        let folds = 0.85 + 0.22 * (x * 42.0 + y * 3.0).sin() * smoothstep(0.8, 0.3, y);
        let rim = smoothstep(0.0, 0.13, x * side * place.facing);
        (ambient.tint(cloth) * 0.62 + sun.tint(cloth) * (0.48 * rim)) * folds
    });
}

fn contact_shadow(canvas: &mut Canvas, place: Place, half: f32) {
    let (cx, cy) = place.at(0.0, 0.0);
    let (rx, ry) = (half * place.scale, half * 0.20 * place.scale);
    canvas.paint_around((cx, cy), (rx * 1.4, ry * 1.4), |x, y, before| {
        let d = ((x - cx) / rx).powi(2) + ((y - cy) / ry).powi(2);
        before * (1.0 - 0.55 * (-d * 1.6).exp())
    });
}

/// A cow of the humped kind, or her calf, walking; 1 in local measure is about the height of the cow. `sun_x` is the
/// column of the light, in pixels.
pub(crate) fn cow(
    canvas: &mut Canvas,
    place: Place,
    hide: Rgb,
    (sun, ambient): (Rgb, Rgb),
    sun_x: f32,
    calf: bool,
) {
    contact_shadow(canvas, place, 0.62);
    let from = if sun_x < place.x { -1.0 } else { 1.0 } * place.facing;
    let shade = |x: f32, y: f32, depth: f32| {
        let back = smoothstep(0.55, 0.95, y);
        let rim = smoothstep(0.30, 0.75, x * from) * 0.5;
        (ambient.tint(hide) * (0.42 + 0.30 * back) + sun.tint(hide) * (0.22 * back + 0.16 * rim)) * depth
    };
    let slim = if calf { 0.82 } else { 1.0 };
    let leg = |pen: crate::pen::Pen, x: f32, swing: f32| {
        let hip = (x, 0.50);
        let knee = (x + swing * 0.4 + 0.015, 0.26);
        let foot = (x + swing, 0.0);
        pen.limb(hip, knee, (0.150 * slim, 0.070)).limb(knee, foot, (0.066, 0.050)).limb(
            (foot.0 - 0.005, 0.035),
            (foot.0 + 0.015, 0.0),
            (0.058, 0.070),
        )
    };
    // The legs of the far side, then the tail.
    let far = leg(leg(place.pen(), -0.40, 0.07), 0.32, -0.06);
    canvas.fill(far.path(), |px, py, _| {
        let (x, y) = place.local(px, py);
        shade(x, y, 0.55)
    });
    let tail = place
        .pen()
        .ribbon(&[(-0.56, 0.80), (-0.63, 0.66), (-0.61, 0.45), (-0.64, 0.30)], |t| 0.030 - 0.014 * t)
        .ellipse((-0.643, 0.27), (0.026, 0.065));
    canvas.fill(tail.path(), |px, py, _| {
        let (x, y) = place.local(px, py);
        shade(x, y, 0.7)
    });
    let belly = if calf { 0.46 } else { 0.38 };
    let hump = if calf { 0.885 } else { 0.985 };
    let body = place.pen().smooth(&[
        (-0.585, 0.78),
        (-0.54, 0.875),
        (-0.40, 0.895),
        (-0.15, 0.865),
        (0.08, 0.875),
        (0.20, hump),
        (0.315, hump - 0.03),
        (0.42, 0.90),
        (0.55, 0.96),
        (0.64, 0.985),
        (0.70, 0.97),
        (0.775, 0.83),
        (0.805, 0.755),
        (0.765, 0.715),
        (0.70, 0.735),
        (0.62, 0.77),
        (0.53, 0.70),
        (0.45, 0.50),
        (0.36, 0.44),
        (0.10, belly),
        (-0.20, belly + 0.015),
        (-0.38, 0.46),
        (-0.53, 0.50),
        (-0.595, 0.64),
    ]);
    canvas.fill(body.path(), |px, py, _| {
        let (x, y) = place.local(px, py);
        let ribs = 1.0 + 0.05 * (x * 30.0).sin() * smoothstep(0.8, 0.6, y);
        shade(x, y, ribs * (0.72 + 0.28 * smoothstep(0.40, 0.70, y)))
    });
    let ear =
        place.pen().smooth(&[(0.615, 0.955), (0.54, 0.95), (0.485, 0.885), (0.535, 0.885), (0.605, 0.915)]);
    canvas.fill(ear.path(), |px, py, _| {
        let (x, y) = place.local(px, py);
        shade(x, y, 0.72)
    });
    if !calf {
        let horns = place
            .pen()
            .ribbon(&[(0.635, 0.975), (0.600, 1.075), (0.630, 1.175)], |t| 0.036 * (1.05 - t))
            .ribbon(&[(0.665, 0.98), (0.690, 1.075), (0.735, 1.160)], |t| 0.036 * (1.05 - t));
        canvas.fill(horns.path(), |_, _, _| ambient.tint(hide) * 0.45 + sun.tint(hide) * 0.12);
    }
    let near = leg(leg(place.pen(), -0.47, -0.08), 0.37, 0.08);
    canvas.fill(near.path(), |px, py, _| {
        let (x, y) = place.local(px, py);
        shade(x, y, 0.80)
    });
    if !calf {
        // A garland with a bell.
        let garland =
            place.pen().ribbon(&[(0.40, 0.915), (0.47, 0.72), (0.52, 0.64), (0.575, 0.66)], |_| 0.030);
        let flower = crate::color::lch(0.66, 0.16, 58.0);
        canvas.fill(garland.path(), |px, py, _| {
            let (x, y) = place.local(px, py);
            flower.tint(ambient * 0.7 + sun * 0.2) * (0.8 + 0.3 * ((x + y) * 160.0).sin())
        });
    }
}
