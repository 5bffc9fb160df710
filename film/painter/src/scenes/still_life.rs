//! A laid table in window light: jug, cup, bread, fruit.

use crate::canvas::Canvas;
use crate::color::{Rgb, lerp, smoothstep};
use crate::noise::{Field, Noise};
use crate::pen::Place;
use crate::seed::Stream;
use crate::setting::{Scene, Setting};
use crate::{light, tone};

/// The light in the room: from a window high on one side.
pub(crate) struct Lamp {
    /// The window's side: −1 for left, 1 for right.
    pub(crate) side: f32,
    pub(crate) window: Rgb,
    pub(crate) room: Rgb,
    pub(crate) bounce: Rgb,
}

impl Lamp {
    /// Light on a surface whose normal points right by `nx` and up by `ny`.
    pub(crate) fn on(&self, nx: f32, ny: f32) -> Rgb {
        let towards = (1.0 - nx * nx - ny * ny).max(0.0).sqrt();
        let facing = (nx * self.side * 0.66 + ny * 0.52 + towards * 0.42).max(0.0);
        // The table sends some of it back from below, on the far side.
        let back = (-nx * self.side * 0.5 - ny * 0.6 + 0.1).max(0.0);
        self.window * facing.powf(1.25) + self.room + self.bounce * back
    }

    /// The window mirrored in a glaze.
    pub(crate) fn gleam(&self, nx: f32, ny: f32) -> Rgb {
        let d = ((nx - self.side * 0.46) / 0.10).powi(2) + ((ny - 0.34) / 0.20).powi(2);
        self.window * (0.75 * (-d).exp())
    }
}

pub(crate) fn feast(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("feast");
    let frame = s.frame;
    let tall = frame.tallness();
    let side = rng.sign();
    let lamp = Lamp {
        side,
        window: s.style.warm(0.90, 0.070, 0.0) * 2.1,
        room: s.style.cool(0.36, 0.035, 0.0) * 1.15,
        bounce: s.style.earth(0.55, 0.075, -10.0) * 0.65,
    };
    let mut canvas = Canvas::new(frame);
    let edge = lerp(0.585, 0.60, tall) * frame.h();
    back_wall(s, &mut canvas, &lamp, edge, &mut rng);
    cloth(s, &mut canvas, &lamp, edge, &mut rng);
    let middle = frame.w() * (0.5 + rng.range(-0.04, 0.04) * (1.0 - tall));
    let unit = frame.unit * lerp(1.0, 0.92, tall);
    let grain = rng.noise();
    let glaze = [
        s.style.cool(0.52, 0.075, 0.0),
        s.style.accent(0.52, 0.09),
        s.style.earth(0.60, 0.075, -10.0),
        s.style.green(0.50, 0.05),
    ];
    let (jug_ink, bowl_ink) = (rng.pick(&glaze), rng.pick(&glaze));
    let at = |x: f32, y: f32| Place::new((middle + x * side * unit, edge + y * unit), unit);

    // Painted from the back to the front.
    let jug: [(f32, f32); 12] = [
        (0.085, 0.0),
        (0.110, 0.02),
        (0.135, 0.09),
        (0.138, 0.14),
        (0.122, 0.20),
        (0.085, 0.26),
        (0.056, 0.305),
        (0.050, 0.34),
        (0.054, 0.37),
        (0.068, 0.395),
        (0.070, 0.402),
        (0.064, 0.404),
    ];
    vessel(&mut canvas, at(0.30, 0.055), &jug, (jug_ink, 0.9, true), &lamp, grain);
    handle(&mut canvas, at(0.30, 0.055), side, jug_ink, &lamp);
    let cup: [(f32, f32); 10] = [
        (0.062, 0.0),
        (0.058, 0.008),
        (0.018, 0.022),
        (0.013, 0.06),
        (0.020, 0.095),
        (0.024, 0.105),
        (0.060, 0.135),
        (0.076, 0.18),
        (0.074, 0.225),
        (0.072, 0.23),
    ];
    vessel(&mut canvas, at(-0.02, 0.065), &cup, (s.style.earth(0.66, 0.085, 6.0), 1.3, true), &lamp, grain);
    let bowl: [(f32, f32); 8] = [
        (0.060, 0.0),
        (0.064, 0.012),
        (0.115, 0.035),
        (0.150, 0.070),
        (0.168, 0.105),
        (0.173, 0.122),
        (0.172, 0.127),
        (0.164, 0.128),
    ];
    fruit(s, &mut canvas, at(-0.33, 0.085).within(0.0, 0.115, 1.0), &lamp, &mut rng);
    vessel(&mut canvas, at(-0.33, 0.085), &bowl, (bowl_ink, 0.9, false), &lamp, grain);
    loaf(&mut canvas, at(0.135, 0.115), (0.135, 0.072), s, &lamp, &mut rng);
    loaf(&mut canvas, at(-0.105, 0.130), (0.098, 0.058), s, &lamp, &mut rng);
    let dust = rng.noise();
    let from = (middle + side * 0.95 * unit, -0.10 * frame.h());
    for (shift, width, strength) in [(0.0, 0.10, 0.060), (-0.22, 0.07, 0.045), (-0.40, 0.05, 0.030)] {
        let to = (middle - side * (0.10 - shift) * unit, edge + 0.10 * unit);
        light::beam(
            &mut canvas,
            (from.0 + side * shift * unit, from.1),
            to,
            (width * 0.6, width * 1.25),
            lamp.window * strength * s.style.rays,
            dust,
        );
    }
    light::bloom(&mut canvas, 0.7, 0.5);
    tone::darken_for_captions(&mut canvas, 0.45);
    Scene { canvas, focus: (middle / frame.w(), (edge - 0.10 * unit) / frame.h()) }
}

/// Plaster in a raking light; the window's bars lie on it as shadow.
pub(crate) fn back_wall(s: &Setting<'_>, canvas: &mut Canvas, lamp: &Lamp, edge: f32, rng: &mut Stream) {
    let frame = s.frame;
    let (patina, rough) = (rng.noise(), rng.noise());
    let plaster = s.style.earth(0.62, 0.055, -8.0);
    let field = Field::new(frame.width, frame.height, 2.0, |x, y| {
        let (u, v) = ((x - frame.w() * 0.5) / frame.unit * lamp.side, (y - edge) / frame.unit);
        let fall = smoothstep(-1.05, 0.9, u - v * 0.25);
        let slant = u + v * 0.62 + 0.52;
        let pane = smoothstep(0.0, 0.035, slant) * smoothstep(0.62, 0.585, slant);
        let bars = smoothstep(0.014, 0.032, (slant - 0.31).abs())
            * smoothstep(0.014, 0.032, (v + 0.42 - u * 0.1).abs());
        let high = smoothstep(-0.80, -0.72, v) * smoothstep(-0.04, -0.10, v);
        let patch = pane * bars * high * 0.50;
        let age = 0.90 + 0.26 * patina.fbm(u * 2.2, v * 2.2, 5);
        let pits = 1.0 + 0.12 * rough.fbm(u * 26.0, v * 26.0, 3);
        plaster.tint(lamp.room * 0.95 + lamp.window * (0.06 + 0.18 * fall + 0.34 * patch)) * (age * pits)
    });
    canvas.paint_rows(0, edge.max(0.0) as usize + 2, |x, y, _| field.at(x, y));
}

/// Linen over the table, with soft folds falling to the front.
pub(crate) fn cloth(s: &Setting<'_>, canvas: &mut Canvas, lamp: &Lamp, edge: f32, rng: &mut Stream) {
    let frame = s.frame;
    let (folds, weave) = (rng.noise(), rng.noise());
    let linen = s.style.earth(0.84, 0.040, 4.0);
    let front = 0.185 * frame.unit;
    canvas.paint_rows(edge.max(0.0) as usize, frame.height, |x, y, before| {
        let u = (x - frame.w() * 0.5) / frame.unit;
        let below = y - edge;
        let thread = 1.0
            + 0.05 * weave.at(u * 260.0, y / frame.unit * 60.0)
            + 0.05 * weave.fbm(u * 20.0, y / frame.unit * 30.0, 3);
        let lit = if below < front {
            let v = below / frame.unit;
            let crease = 0.06 * folds.fbm(u * 2.0, v * 9.0, 3);
            lamp.on(crease, 0.80).mix(lamp.room, 0.25)
                * lerp(0.72, 0.92, below / front)
                * (0.85 + 0.25 * smoothstep(-0.7, 0.5, u * lamp.side))
        } else {
            let v = (below - front) / frame.unit;
            let wave = |u: f32| {
                folds.at(u * 4.2 + 0.25 * folds.at(u * 1.3, 4.0), 2.0 + v * 0.5) * smoothstep(0.0, 0.18, v)
            };
            let slope = (wave(u + 0.01) - wave(u - 0.01)) / 0.02 * 0.040;
            lamp.on((-slope).clamp(-0.55, 0.55), 0.10)
                * lerp(0.70, 0.34, smoothstep(0.0, 0.25, v))
                * (1.0 + 0.35 * smoothstep(0.012, 0.0, v))
        };
        before.mix(linen.tint(lit) * (0.62 * thread), (below / 1.5).clamp(0.0, 1.0))
    });
}

/// The shadow that a thing throws on the cloth, away from the window.
pub(crate) fn shadow(canvas: &mut Canvas, place: Place, half: f32, side: f32) {
    let (cx, cy) = place.at(-side * half * 0.75, -0.004);
    let (rx, ry) = (half * 1.75 * place.scale, half * 0.30 * place.scale);
    canvas.paint_around((cx, cy), (rx * 1.5, ry * 2.2), |x, y, before| {
        let d = ((x - cx) / rx).powi(2) + ((y - cy) / ry).powi(2);
        let contact =
            ((x - place.x) / (half * 0.9 * place.scale)).powi(2) + ((y - place.y) / (ry * 0.7)).powi(2);
        before * (1.0 - 0.50 * (-d * 1.2).exp()) * (1.0 - 0.45 * (-contact * 1.4).exp())
    });
}

/// A glazed or metal vessel, a solid of revolution: half-widths by height; `hollow` shows its mouth.
pub(crate) fn vessel(
    canvas: &mut Canvas,
    place: Place,
    profile: &[(f32, f32)],
    (ink, gloss, hollow): (Rgb, f32, bool),
    lamp: &Lamp,
    grain: Noise,
) {
    let Some(&(mouth, top)) = profile.last() else { return };
    let widest = profile.iter().fold(0.0_f32, |w, p| w.max(p.0));
    shadow(canvas, place, widest, lamp.side);
    let foot = place.pen().ellipse((0.0, 0.004), (profile[0].0, profile[0].0 * 0.22)).path();
    canvas.fill(foot, |_, _, _| ink.tint(lamp.room) * 0.5);
    if hollow || mouth > 0.1 {
        let lip = place.pen().ellipse((0.0, top), (mouth, mouth * 0.24)).path();
        canvas.fill(lip, |px, py, _| {
            let (x, y) = place.local(px, py);
            let inside = smoothstep(-0.9, 0.9, -x / mouth * lamp.side + (top - y) / (mouth * 0.24) * 0.6);
            ink.tint(lamp.window * (0.10 + 0.40 * inside) + lamp.room)
        });
    }
    canvas.fill(place.pen().turned(0.0, profile).path(), |px, py, _| {
        let (x, y) = place.local(px, py);
        let half_at = |y: f32| {
            let next = profile.iter().position(|p| p.1 >= y).unwrap_or(profile.len() - 1).max(1);
            let (a, b) = (profile[next - 1], profile[next]);
            lerp(a.0, b.0, ((y - a.1) / (b.1 - a.1).max(1e-4)).clamp(0.0, 1.0)).max(1e-4)
        };
        let half = half_at(y);
        // How far the wall leans up: the outline's slope, averaged so that its corners do not show.
        let lean = [0.006, 0.014, 0.024, 0.036].iter().fold(0.0, |sum, d| {
            let (below, above) = ((y - d).max(profile[0].1), (y + d).min(top));
            sum + (half_at(below) - half_at(above)) / (above - below).max(1e-3) * 0.25
        });
        let across = (x / half).clamp(-1.0, 1.0);
        let flat = 1.0 / (1.0 + lean * lean).sqrt();
        let (nx, ny) = (across * flat, lean * flat * (1.0 - 0.3 * across.abs()));
        let mottle = 0.92 + 0.16 * grain.fbm(across.asin() * 1.5 + widest * 40.0, y * 14.0, 4);
        let edge = 1.0 - 0.35 * smoothstep(0.80, 1.0, across.abs());
        ink.tint(lamp.on(nx, ny.clamp(-0.9, 0.9))) * (mottle * edge) + lamp.gleam(nx, ny) * (gloss * 0.55)
    });
}

fn handle(canvas: &mut Canvas, place: Place, side: f32, ink: Rgb, lamp: &Lamp) {
    let place = place.facing(side);
    let path = place
        .pen()
        .move_to(0.050, 0.355)
        .cubic_to((0.135, 0.40), (0.175, 0.27), (0.112, 0.185))
        .line_to(0.128, 0.172)
        .cubic_to((0.215, 0.27), (0.165, 0.44), (0.050, 0.378))
        .close()
        .path();
    canvas.fill(path, |px, py, _| {
        let (x, y) = place.local(px, py);
        let up = smoothstep(0.20, 0.40, y);
        ink.tint(lamp.on(0.5 * side * lamp.side * smoothstep(0.10, 0.17, x), 0.6 * up)) * 0.9
    });
}

/// A round loaf with a cut crust.
pub(crate) fn loaf(
    canvas: &mut Canvas,
    place: Place,
    (half, tall): (f32, f32),
    s: &Setting<'_>,
    lamp: &Lamp,
    rng: &mut Stream,
) {
    shadow(canvas, place, half, lamp.side);
    let (crust, flour) = (rng.noise(), rng.noise());
    let (brown, crumb) = (s.style.earth(0.52, 0.095, -12.0), s.style.earth(0.80, 0.070, 8.0));
    let path = place
        .pen()
        .move_to(-half, tall * 0.30)
        .cubic_to((-half, tall * 0.85), (-half * 0.55, tall), (0.0, tall))
        .cubic_to((half * 0.55, tall), (half, tall * 0.85), (half, tall * 0.30))
        .cubic_to((half * 0.95, -tall * 0.02), (half * 0.55, -tall * 0.06), (0.0, -tall * 0.06))
        .cubic_to((-half * 0.55, -tall * 0.06), (-half * 0.95, -tall * 0.02), (-half, tall * 0.30))
        .close()
        .path();
    canvas.fill(path, |px, py, _| {
        let (x, y) = place.local(px, py);
        let (u, v) = (x / half, (y - tall * 0.32) / (tall * 0.70));
        let r2 = (u * u + v * v).min(1.0);
        let bump = crust.fbm(u * 6.0, v * 4.0, 4) * 0.22;
        let (nx, ny) = ((u + bump).clamp(-1.0, 1.0) * 0.92, (v * 0.9 + bump * 0.5).clamp(-0.9, 0.95));
        // Three cuts across, open to the crumb.
        let bend = u * 3.6 + v * 0.8;
        let cut = smoothstep(0.30, 0.12, (bend - bend.round()).abs())
            * smoothstep(0.1, 0.5, v)
            * smoothstep(1.0, 0.6, r2)
            * f32::from(u8::from(bend.round().abs() < 1.5));
        let dusted = smoothstep(0.05, 0.5, flour.fbm(u * 3.0, v * 3.0, 4) + v * 0.25) * 0.35;
        let albedo = brown.mix(crumb, (cut * 0.75).max(dusted)) * (1.0 + bump * 1.2);
        albedo.tint(lamp.on(nx, ny)) * lerp(0.72, 1.0, smoothstep(-1.0, -0.2, v))
    });
}

/// Round fruit heaped in a bowl; grapes and larger ones.
pub(crate) fn fruit(s: &Setting<'_>, canvas: &mut Canvas, place: Place, lamp: &Lamp, rng: &mut Stream) {
    let inks = [
        s.style.accent(0.44, 0.12),
        s.style.accent(0.36, 0.10),
        s.style.earth(0.66, 0.13, 0.0),
        s.style.green(0.60, 0.10),
    ];
    let mut balls: Vec<(f32, f32, f32, Rgb)> =
        vec![(-0.085, 0.030, 0.056, inks[2]), (0.020, 0.048, 0.060, inks[3].mix(inks[2], 0.4))];
    for _ in 0..22 {
        let x = rng.range(0.015, 0.150);
        balls.push((
            x,
            rng.range(0.0, 0.075) * (1.2 - x * 5.0).max(0.2),
            rng.range(0.019, 0.024),
            if rng.chance(0.75) { inks[0] } else { inks[1] },
        ));
    }
    balls[2..].sort_by(|a, b| b.1.total_cmp(&a.1));
    for (x, y, r, ink) in balls {
        let disc = place.pen().ellipse((x, y), (r, r)).path();
        canvas.fill(disc, |px, py, _| {
            let (lx, ly) = place.local(px, py);
            let (nx, ny) = ((lx - x) / r, (ly - y) / r);
            let rim = 1.0 - 0.45 * smoothstep(0.6, 1.0, (nx * nx + ny * ny).sqrt());
            ink.tint(lamp.on(nx, ny)) * rim + lamp.gleam(nx, ny) * 0.55
        });
    }
}
