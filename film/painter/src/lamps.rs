//! Small lights: flames, clay lamps, candles, hanging lanterns.

use crate::canvas::{Canvas, Sprite};
use crate::color::{Rgb, lerp, smoothstep};
use crate::light;
use crate::palette::{Light, Style};
use crate::pen::{Place, outline, round};
use crate::seed::Stream;

/// A flame standing on its wick, of light only; 1 in local measure is its height.
pub(crate) fn flame(canvas: &mut Canvas, place: Place, color: Rgb, rng: &mut Stream) {
    let sway = rng.range(-0.10, 0.10);
    canvas.add_flame(place.at(0.0, 0.4), place.scale * 3.2, 1.0);
    let (cx, cy) = place.at(0.0, 0.5);
    let reach = place.scale * 0.75;
    let hot = color.mix(Rgb::WHITE, 0.45);
    let ember = Rgb::new(color.r, color.g * 0.62, color.b * 0.35);
    canvas.paint_around((cx, cy), (reach, reach), |px, py, before| {
        let (x, y) = place.local(px, py);
        let x = x - sway * y * y;
        if !(-0.10..=1.08).contains(&y) {
            return before;
        }
        // A teardrop: full at a third of its height, a point at the top.
        let t = ((y + 0.05) / 1.05).clamp(0.0, 1.0);
        let half = 0.235 * (t.powf(0.55) * (1.0 - t).powf(0.85) * 2.15);
        let d = x.abs() / half.max(1e-3);
        let body = 1.0 - smoothstep(0.55, 1.10, d);
        if body <= 0.0 {
            return before;
        }
        let core = 1.0 - smoothstep(0.0, 0.75, d);
        let light = ember
            .mix(color, smoothstep(0.0, 0.6, body))
            .mix(hot, core * smoothstep(0.05, 0.30, t) * smoothstep(1.0, 0.45, t));
        let foot = smoothstep(0.0, 0.22, t);
        let strength = lerp(0.20, 1.15 + 0.75 * core, foot) * smoothstep(1.0, 0.80, t).max(0.25);
        before.mix(light * strength, body * lerp(0.55, 1.0, foot))
    });
}

/// A large fire of many tongues; `half` its half-width at the foot and `tall` its height.
pub(crate) fn fire(
    canvas: &mut Canvas,
    place: Place,
    (half, tall): (f32, f32),
    color: Rgb,
    rng: &mut Stream,
) {
    let (tongues, curl) = (rng.noise(), rng.noise());
    let deep = Rgb::new(color.r * 0.95, color.g * 0.42, color.b * 0.12);
    let hot = color.mix(Rgb::WHITE, 0.35);
    let (cx, cy) = place.at(0.0, tall * 0.5);
    canvas.add_flame((cx, cy), place.scale * tall * 1.5, 1.4);
    canvas.paint_around((cx, cy), (half * 1.6 * place.scale, tall * 0.62 * place.scale), |px, py, before| {
        let (x, y) = place.local(px, py);
        let t = y / tall;
        if !(-0.08..=1.15).contains(&t) {
            return before;
        }
        // The shape leans with the air, more the higher it is.
        let lean = curl.fbm(x * 1.6, y * 1.5 - 4.0, 3) * 0.30 * t.max(0.0);
        let x = x + lean;
        let body = 1.0 - (x / (half * (0.55 + 0.60 * (1.0 - t).max(0.0)))).abs().powf(1.7);
        let lick = tongues.fbm(x * 5.2 + lean * 3.0, y * 1.9 + lean * 2.0, 4) * 0.95
            + tongues.at(x * 3.0, y * 0.9 + 7.0) * 0.55;
        let heat = body * (1.05 - t) + lick * (0.22 + 0.62 * t.max(0.0)) - 0.55 * t.max(0.0).powf(1.6) - 0.06;
        let heat = heat * smoothstep(-0.08, 0.06, t);
        if heat <= 0.02 {
            return before;
        }
        let glow = deep.mix(color, smoothstep(0.12, 0.45, heat)).mix(hot, smoothstep(0.45, 0.95, heat));
        let opacity = smoothstep(0.02, 0.30, heat);
        before * (1.0 - 0.75 * opacity) + glow * (opacity * lerp(0.35, 1.25, smoothstep(0.05, 0.8, heat)))
    });
}

/// A clay lamp with a lit wick; 1 in local measure is its width, its foot at the origin.
/// Returns where its flame stands, in pixels.
pub(crate) fn diya(sprite: &mut Sprite, place: Place, style: &Style, light: &Light) -> (f32, f32) {
    let clay = style.earth(0.56, 0.105, -16.0);
    let fire = style.flame();
    let from = if light.sun_at.0 * sprite.frame().w() < place.x { -1.0 } else { 1.0 };
    let bowl = place
        .pen()
        .move_to(-0.5, 0.27)
        .cubic_to((-0.44, 0.06), (-0.24, 0.0), (-0.14, 0.0))
        .line_to(0.14, 0.0)
        .cubic_to((0.24, 0.0), (0.44, 0.06), (0.5, 0.27))
        .close()
        .path();
    sprite.fill(bowl, |px, py| {
        let (x, y) = place.local(px, py);
        let t = (y / 0.27).clamp(0.0, 1.0);
        let half = lerp(0.18, 0.5, t.sqrt());
        let side = round(x / half, from);
        let bands = 1.0 - 0.16 * smoothstep(0.75, 1.0, (y * 52.0).cos().abs()) * smoothstep(0.35, 0.75, t);
        // Its own flame shines through the rim and down the front.
        let own = fire * (0.34 * smoothstep(0.1, 1.0, t) * (1.0 - (x * 1.5).powi(2)).max(0.0));
        clay.tint(light.ambient * 0.65 + light.sun * (0.35 * side) + own + fire * 0.03) * bands
    });
    let rim = place.pen().ellipse((0.0, 0.27), (0.5, 0.115)).path();
    sprite.fill(rim, |px, _| {
        let (x, _) = place.local(px, 0.0);
        clay.tint(fire * (0.46 - 0.35 * x.abs()) + light.ambient * 0.7)
    });
    let oil = place.pen().ellipse((0.0, 0.262), (0.435, 0.088)).path();
    sprite.fill(oil, |px, py| {
        let (x, y) = place.local(px, py);
        let d = (x / 0.43).powi(2) + ((y - 0.27) / 0.09).powi(2);
        let shine = (-((x - 0.05) / 0.13).powi(2) - ((y - 0.245) / 0.03).powi(2)).exp();
        style.warm(0.36, 0.08, -8.0).tint(fire) * (0.50 - 0.33 * d) + fire * (shine * 0.55)
    });
    let wick = place.pen().limb((0.02, 0.24), (0.0, 0.40), (0.05, 0.03)).path();
    sprite.fill(wick, |_, _| style.warm(0.25, 0.03, 0.0) * 0.6);
    place.at(0.0, 0.35)
}

/// A candle of `height` and `width` (units of the place); its foot stands at the origin.
pub(crate) fn candle(
    canvas: &mut Canvas,
    place: Place,
    (height, width): (f32, f32),
    style: &Style,
    room: Rgb,
    rng: &mut Stream,
) {
    let wax = style.earth(0.88, 0.035, 8.0);
    let fire = style.flame();
    let half = width * 0.5;
    let lip = half * 0.30;
    let melt = rng.noise();
    let mut body = place
        .pen()
        .move_to(-half, lip * 0.4)
        .cubic_to((-half * 0.8, -lip * 0.9), (half * 0.8, -lip * 0.9), (half, lip * 0.4))
        .line_to(half, height)
        .line_to(-half, height)
        .close();
    for _ in 0..rng.count(1, 3) {
        // Wax that ran down and set.
        let x = rng.range(-0.8, 0.8) * half;
        let fall = rng.range(0.12, 0.45) * height;
        body = body.ellipse((x, height - fall), (half * 0.16, half * 0.24)).block(
            x - half * 0.13,
            height - fall,
            x + half * 0.13,
            height,
        );
    }
    let glow_depth = (width * 2.4).min(height);
    canvas.fill(body.path(), |px, py, _| {
        let (x, y) = place.local(px, py);
        let side = 0.42 + 0.58 * (1.0 - (x / half).powi(2)).max(0.0).sqrt();
        // Wax passes light: bright under the flame, dying away downwards.
        let through = (-(height - y).max(0.0) / glow_depth * 2.6).exp();
        let grain = 0.95 + 0.10 * melt.fbm(x / width * 3.0, y / width * 1.5, 3);
        wax.tint(room * (0.55 * side) + fire * (0.035 + 0.62 * through * side)) * grain
    });
    let top = place.pen().ellipse((0.0, height), (half, lip)).path();
    canvas.fill(top, |px, py, _| {
        let (x, y) = place.local(px, py);
        let d = ((x / half).powi(2) + ((y - height) / lip).powi(2)).sqrt();
        wax.tint(fire) * lerp(0.95, 0.42, smoothstep(0.0, 0.85, d)) * (1.0 + 0.25 * smoothstep(0.85, 1.0, d))
    });
    let wick = place
        .pen()
        .limb((0.0, height), (half * 0.06, height + half * 0.55), (half * 0.12, half * 0.08))
        .path();
    canvas.fill(wick, |_, _, _| Rgb::new(0.02, 0.012, 0.01));
    let at = place.at(half * 0.05, height + half * 0.28);
    let tall = place.scale * half * 2.9;
    light::glow(canvas, (at.0, at.1 - tall * 0.4), tall * 1.0 / canvas.frame.unit, fire * 0.30);
    flame(canvas, Place::new(at, tall), fire, rng);
}

/// A lamp of seven branches, as Exodus 25 describes it: a shaft, three pairs of round arms, cups in one
/// row. Its foot stands at the origin, 1 is the height of the cups.
pub(crate) fn menorah(canvas: &mut Canvas, place: Place, style: &Style, room: Rgb, rng: &mut Stream) {
    /// How far the arms reach, inner to outer.
    const ARMS: [f32; 3] = [0.15, 0.30, 0.45];
    /// Control length of a quarter circle.
    const K: f32 = 0.552_284_8;
    const CUPS: f32 = 0.90;
    let gold = style.earth(0.70, 0.105, 12.0);
    let fire = style.flame();
    let grain = rng.noise();
    let metal = |x: f32, y: f32, across: f32| {
        // Lit from above by its own flames, by the room from the sides.
        let own = 0.05 + 0.42 * smoothstep(0.25, 1.0, y) * (1.0 - 0.5 * across * across);
        let worn = 0.90 + 0.16 * grain.fbm(x * 12.0, y * 12.0, 3);
        gold.tint(room * (0.35 + 0.8 * across.abs()) + fire * own) * worn
    };
    for reach in ARMS {
        let low = CUPS - reach;
        let arm = place
            .pen()
            .move_to(-reach, CUPS)
            .cubic_to((-reach, CUPS - reach * K), (-reach * K, low), (0.0, low))
            .cubic_to((reach * K, low), (reach, CUPS - reach * K), (reach, CUPS))
            .path();
        let arm = arm.and_then(|path| outline(&path, place.scale * 0.036));
        canvas.fill(arm, |px, py, _| {
            let (x, y) = place.local(px, py);
            let off = ((x * x + (y - CUPS).powi(2)).sqrt() - reach) / 0.018;
            metal(x, y, off.clamp(-1.0, 1.0))
        });
    }
    let stem = [
        (0.30, 0.0),
        (0.30, 0.025),
        (0.24, 0.045),
        (0.13, 0.075),
        (0.055, 0.13),
        (0.030, 0.20),
        (0.024, 0.26),
        (0.022, CUPS),
    ];
    let part = |canvas: &mut Canvas, x0: f32, profile: &[(f32, f32)]| {
        let widest = profile.iter().fold(1e-3_f32, |w, p| w.max(p.0));
        canvas.fill(place.pen().turned(x0, profile).path(), |px, py, _| {
            let (x, y) = place.local(px, py);
            metal(x, y, ((x - x0) / widest).clamp(-1.0, 1.0))
        });
    };
    part(canvas, 0.0, &stem);
    // Where arms spring from the shaft there is a calyx.
    for reach in ARMS {
        let y = CUPS - reach;
        part(
            canvas,
            0.0,
            &[(0.0, y - 0.035), (0.036, y - 0.018), (0.046, y), (0.036, y + 0.018), (0.0, y + 0.035)],
        );
    }
    for x in [-0.45, -0.30, -0.15, 0.0, 0.15, 0.30, 0.45] {
        part(
            canvas,
            x,
            &[
                (0.016, CUPS - 0.02),
                (0.026, CUPS),
                (0.044, CUPS + 0.028),
                (0.050, CUPS + 0.052),
                (0.0, CUPS + 0.052),
            ],
        );
        let at = place.at(x, CUPS + 0.045);
        let tall = place.scale * 0.135;
        light::glow(canvas, (at.0, at.1 - tall * 0.4), tall / canvas.frame.unit, fire * 0.22);
        flame(canvas, Place::new(at, tall), fire, rng);
    }
}

/// A pierced metal lantern hanging from the top of the frame; the origin is its middle, 1 its height.
pub(crate) fn lantern(canvas: &mut Canvas, place: Place, style: &Style, room: Rgb, rng: &mut Stream) {
    let fire = style.flame();
    let metal = style.warm(0.42, 0.05, 0.0);
    let glass = [style.warm(0.80, 0.12, 0.0), style.accent(0.66, 0.13), style.cool(0.66, 0.10, 0.0)];
    let tint = rng.pick(&glass).normalised().mix(fire, 0.55);
    let chain = place.pen().block(-0.006, 0.5, 0.006, 40.0).path();
    canvas.fill(chain, |_, _, _| metal.tint(room) * 0.6);
    let middle = place.at(0.0, -0.02);
    canvas.add_flame(middle, place.scale * 0.9, 0.6);
    light::glow(canvas, middle, place.scale * 0.42 / canvas.frame.unit, tint * 0.30);
    let body: [(f32, f32); 6] =
        [(0.10, -0.34), (0.21, -0.24), (0.25, 0.0), (0.21, 0.19), (0.14, 0.25), (0.13, 0.26)];
    let cap: [(f32, f32); 6] =
        [(0.19, 0.235), (0.16, 0.28), (0.075, 0.36), (0.03, 0.41), (0.022, 0.47), (0.0, 0.50)];
    let foot: [(f32, f32); 5] = [(0.0, -0.50), (0.02, -0.46), (0.05, -0.41), (0.10, -0.37), (0.13, -0.33)];
    let half_at = |y: f32| {
        let next = body.iter().position(|p| p.1 >= y).unwrap_or(5).max(1);
        let (a, b) = (body[next - 1], body[next]);
        lerp(a.0, b.0, ((y - a.1) / (b.1 - a.1)).clamp(0.0, 1.0))
    };
    canvas.fill(place.pen().turned(0.0, &body).path(), |px, py, _| {
        let (x, y) = place.local(px, py);
        let across = (x / half_at(y)).clamp(-1.0, 1.0);
        // Panes turn away at the sides: pattern in angle, not in x.
        let angle = across.asin();
        let (u, v) = (angle * 4.0 / std::f32::consts::PI * 2.0, (y + 0.34) / 0.60 * 4.0);
        let (cu, cv) = (u - u.round(), v - v.round());
        let star = (cu.abs() + cv.abs()).min((cu.abs().max(cv.abs())) * 1.38);
        let pane = smoothstep(0.47, 0.40, star) - 0.75 * smoothstep(0.21, 0.16, star)
            + smoothstep(0.12, 0.08, star) * 0.9;
        let heat = 0.42 + 0.55 * (-(x * x + (y + 0.02).powi(2)) * 16.0).exp();
        let frame = metal.tint(room * (0.5 + round(across, 1.0)) + fire * 0.05);
        frame.mix(tint * (heat * (0.55 + 0.45 * (1.0 - across * across))), pane.clamp(0.0, 1.0))
    });
    for part in [&cap[..], &foot[..]] {
        canvas.fill(place.pen().turned(0.0, part).path(), |px, py, _| {
            let (x, y) = place.local(px, py);
            let ring = 0.8 + 0.3 * (y * 130.0).sin();
            metal.tint(room * (0.35 + round(x / 0.16, 1.0)) + tint * (0.22 * smoothstep(0.45, 0.22, y.abs())))
                * ring
        });
    }
    let ring = place
        .pen()
        .ellipse((0.0, 0.52), (0.028, 0.028))
        .path()
        .and_then(|p| outline(&p, place.scale * 0.012));
    canvas.fill(ring, |_, _, _| metal.tint(room) * 0.8);
    light::glow(canvas, middle, place.scale * 0.16 / canvas.frame.unit, tint * 0.35);
}
