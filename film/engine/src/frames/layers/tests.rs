use film_painter::{Brief, Distance, SceneKind, Sheet, paint_layered};
use film_vocabulary::Tradition;

use super::*;
use crate::frames::{Compositor, Shot};
use crate::timeline::Mix;

const ASPECTS: [Size; 3] =
    [Size { width: 320, height: 180 }, Size { width: 180, height: 320 }, Size { width: 240, height: 240 }];

const FRAMES: u32 = 300;

fn painted(kind: SceneKind, size: Size) -> (Picture, Layers) {
    let brief = Brief {
        prompt: String::new(),
        keywords: vec![kind.keyword().to_owned()],
        tradition: kind.traditions().first().copied().unwrap_or(Tradition::Universal),
        film_seed: 3,
        scene_seed: 7,
    };
    paint_layered(&brief, size)
}

/// The same planes without anything that lives.
fn at_rest(layers: &Layers) -> Layers {
    let sheets =
        layers.sheets.iter().map(|sheet| Sheet { motion: SheetMotion::Still, ..sheet.clone() }).collect();
    Layers { sheets, flames: Vec::new(), ..*layers }
}

fn moving(picture: &Picture, seed: u64) -> Camera {
    Camera::ken_burns(seed, picture.focus, picture.size, picture.size, FrameRate::F30, FRAMES)
}

fn layered(picture: &Picture, layers: &Layers, camera: Camera, seed: u64) -> Shot {
    Shot::layered((picture, layers), (camera, seed), FrameRate::F30, &[], picture.size).unwrap()
}

fn draw(shot: &Shot, frame: u32, mix: Mix, next: Option<&Shot>) -> Vec<u8> {
    let mut compositor = Compositor::new(shot.size);
    let mut out = vec![0; compositor.frame_bytes()];
    compositor.draw(shot, frame, mix, next, &mut out).unwrap();
    out
}

/// Every kind with planes, at every aspect.
fn each(mut check: impl FnMut(SceneKind, &Picture, &Layers)) {
    let mut kinds = 0;
    for kind in SceneKind::ALL {
        for size in ASPECTS {
            let (picture, layers) = painted(kind, size);
            if !layers.sheets.is_empty() {
                check(kind, &picture, &layers);
                kinds += 1;
            }
        }
    }
    assert!(kinds >= 3 * 15, "{kinds}");
}

#[test]
fn one_plane_is_the_flat_picture_to_the_byte() {
    let (picture, layers) = painted(SceneKind::Mandala, ASPECTS[0]);
    assert!(layers.sheets.is_empty());
    let shot = layered(&picture, &layers, moving(&picture, 4), 4);
    let flat = Shot::new(&picture, moving(&picture, 4), &[], picture.size).unwrap();
    for frame in [0, 1, 150, 299] {
        assert_eq!(draw(&shot, frame, Mix::Alone, None), draw(&flat, frame, Mix::Alone, None));
    }
}

#[test]
fn planes_at_rest_are_the_flat_picture() {
    each(|kind, picture, layers| {
        let still = || Camera::still(picture.focus, picture.size, picture.size);
        let shot = layered(picture, &at_rest(layers), still(), 1);
        let flat = Shot::new(picture, still(), &[], picture.size).unwrap();
        let (found, wanted) = (draw(&shot, 0, Mix::Alone, None), draw(&flat, 0, Mix::Alone, None));
        let pixels = (picture.size.width * picture.size.height) as usize;
        let off: Vec<u8> = found.iter().zip(&wanted).map(|(a, b)| a.abs_diff(*b)).collect();
        let (luma, colour) = off.split_at(pixels);
        let two = luma.iter().filter(|&&off| off > 1).count();
        assert!(two * 5000 < pixels, "{kind:?} at {:?}: {two} pixels", picture.size);
        assert!(luma.iter().all(|&off| off <= 3), "{kind:?} at {:?}: {:?}", picture.size, luma.iter().max());
        // A mean of products is not the product of means: at edges of colour, two pixels to a sample, it shows.
        let more = colour.iter().filter(|&&off| off > 1).count();
        assert!(more * 100 < pixels, "{kind:?} at {:?}: {more} samples of colour", picture.size);
        assert!(
            colour.iter().all(|&off| off < 16),
            "{kind:?} at {:?}: {:?}",
            picture.size,
            colour.iter().max()
        );
    });
}

/// The darkest and the brightest luma within so many pixels of each pixel.
fn around(luma: &[u8], width: usize, reach: usize) -> Vec<(u8, u8)> {
    let spread =
        |values: &[(u8, u8)], step: usize, place: &dyn Fn(usize) -> (usize, usize)| -> Vec<(u8, u8)> {
            (0..values.len())
                .map(|at| {
                    let (i, count) = place(at);
                    let from = at - i.min(reach) * step;
                    let to = at + (count - 1 - i).min(reach) * step;
                    (from..=to)
                        .step_by(step)
                        .fold((255, 0), |(low, high), j| (values[j].0.min(low), values[j].1.max(high)))
                })
                .collect()
        };
    let values: Vec<(u8, u8)> = luma.iter().map(|&y| (y, y)).collect();
    let across = spread(&values, 1, &|at| (at % width, width));
    spread(&across, width, &|at| (at / width, luma.len() / width))
}

/// Pixels by which planes move apart, at most.
const EDGE_MARGIN: usize = 12;

/// Nothing is seen on any frame that is not, near there, in the flat film: no hole, no fringe, no edge of a plane.
#[test]
fn nothing_shows_that_was_not_painted() {
    each(|kind, picture, layers| {
        let size = picture.size;
        let pixels = (size.width * size.height) as usize;
        let shot = layered(picture, &at_rest(layers), moving(picture, 5), 5);
        let flat = Shot::new(picture, moving(picture, 5), &[], size).unwrap();
        for frame in [0, FRAMES / 2, FRAMES - 1] {
            let found = draw(&shot, frame, Mix::Alone, None);
            let wanted = draw(&flat, frame, Mix::Alone, None);
            let bounds = around(&wanted[..pixels], size.width as usize, EDGE_MARGIN);
            let (mut holes, mut fringes) = (0, 0);
            for (at, (y, (low, high))) in found[..pixels].iter().zip(&bounds).enumerate() {
                // Of far planes a little more is seen, at the frame's own edges.
                let (x, row) = (at as u32 % size.width, at as u32 / size.width);
                if x.min(size.width - 1 - x).min(row).min(size.height - 1 - row) >= EDGE_MARGIN as u32 {
                    holes += usize::from(*y < low.saturating_sub(10));
                    fringes += usize::from(*y > high.saturating_add(10));
                }
            }
            assert!(
                holes * 1000 <= pixels,
                "{kind:?} at {size:?}, frame {frame}: {holes} pixels are too dark"
            );
            // Stars are brightest where they happen to meet a pixel, and sky appears from behind trunks.
            assert!(fringes * 200 <= pixels, "{kind:?} at {size:?}, frame {frame}: {fringes} are too bright");
        }
    });
}

/// A soft bright spot on the backdrop and one on a sheet, on dark ground.
fn spots(size: Size, distance: Distance) -> (Picture, Layers) {
    let spot = |x: u32, y: u32, at: (f64, f64)| {
        let (dx, dy) = (f64::from(x) + 0.5 - at.0, f64::from(y) + 0.5 - at.1);
        (-(dx * dx + dy * dy) / 40.0).exp()
    };
    let grid = || (0..size.height).flat_map(|y| (0..size.width).map(move |x| (x, y)));
    let grey = |share: f64| [(30.0 + 200.0 * share).round() as u8; 3];
    let behind: Vec<u8> = grid().flat_map(|(x, y)| grey(spot(x, y, BEHIND))).collect();
    let mask: Vec<u8> = grid().map(|(x, y)| (255.0 * spot(x, y, BEFORE)).round() as u8).collect();
    let rgb = grid().flat_map(|(x, y)| grey(spot(x, y, BEHIND) + spot(x, y, BEFORE))).collect();
    let sheet = Sheet { distance, motion: SheetMotion::Still, behind, mask };
    (Picture { size, rgb, focus: (0.3, 0.4) }, Layers { sheets: vec![sheet], ..Layers::default() })
}

const BEHIND: (f64, f64) = (250.0, 50.0);
const BEFORE: (f64, f64) = (80.0, 140.0);

/// Where the light around a place has its centre.
fn centre(luma: &[u8], width: u32, near: (f64, f64)) -> (f64, f64) {
    let mut sums = (0.0, 0.0, 0.0);
    for (at, &y) in luma.iter().enumerate() {
        let place = ((at as u32 % width) as f64 + 0.5, (at as u32 / width) as f64 + 0.5);
        let light = (f64::from(y) - 46.0).max(0.0);
        if (place.0 - near.0).hypot(place.1 - near.1) < 40.0 {
            sums = (sums.0 + light, sums.1 + light * place.0, sums.2 + light * place.1);
        }
    }
    (sums.1 / sums.0, sums.2 / sums.0)
}

#[test]
fn planes_move_by_their_nearness() {
    let size = ASPECTS[0];
    let (w, h) = (f64::from(size.width), f64::from(size.height));
    for distance in [Distance::Clouds, Distance::Middle, Distance::Near, Distance::Front] {
        let (picture, layers) = spots(size, distance);
        let camera = moving(&picture, 9);
        let shot = layered(&picture, &layers, camera.clone(), 9);
        for frame in [0, 100, 299] {
            let out = draw(&shot, frame, Mix::Alone, None);
            let own = camera.view(frame);
            for (spot, nearness) in [(BEHIND, Distance::Backdrop.nearness()), (BEFORE, distance.nearness())] {
                // By hand: each edge of what is seen lies so many times as far within the picture.
                let seen = |at: f64, of: f64, centre: f64, extent: f64| {
                    let left = (centre - extent / 2.0) * nearness;
                    let right = 1.0 - (1.0 - centre - extent / 2.0) * nearness;
                    (at / of - left) / (right - left) * of
                };
                let wanted = (
                    seen(spot.0, w, own.centre.0, own.extent.0),
                    seen(spot.1, h, own.centre.1, own.extent.1),
                );
                let found = centre(&out[..(size.width * size.height) as usize], size.width, wanted);
                let off = (found.0 - wanted.0).hypot(found.1 - wanted.1);
                assert!(off < 0.1, "{distance:?} on frame {frame}: {found:?} instead of {wanted:?}");
            }
        }
    }
}

#[test]
fn the_same_seed_lives_the_same_way_and_others_differ() {
    let (picture, layers) = painted(SceneKind::FloatingLamps, ASPECTS[0]);
    let frame = |seed| {
        let shot = layered(&picture, &layers, moving(&picture, 2), seed);
        draw(&shot, 77, Mix::Alone, None)
    };
    assert_eq!(frame(1), frame(1));
    assert_ne!(frame(1), frame(2));
}

/// From one frame to the next a film in planes changes hardly more than a flat one.
#[test]
fn life_is_quiet() {
    for kind in [SceneKind::DawnWater, SceneKind::Candles, SceneKind::Ocean, SceneKind::Mountains] {
        let (picture, layers) = painted(kind, ASPECTS[0]);
        let pixels = (picture.size.width * picture.size.height) as usize;
        let shot = layered(&picture, &layers, moving(&picture, 3), 3);
        let mut last = draw(&shot, 99, Mix::Alone, None);
        for frame in 100..130 {
            let out = draw(&shot, frame, Mix::Alone, None);
            let changes = out[..pixels].iter().zip(&last).map(|(a, b)| f64::from(a.abs_diff(*b)));
            let mean = changes.sum::<f64>() / pixels as f64;
            assert!(mean < 2.0, "{kind:?}, frame {frame}: {mean} code values");
            last = out;
        }
    }
}

#[test]
fn films_in_planes_fade_and_cross_into_one_another() {
    let (picture, layers) = painted(SceneKind::DawnWater, ASPECTS[0]);
    let (flat, none) = painted(SceneKind::Mandala, ASPECTS[0]);
    let one = layered(&picture, &layers, moving(&picture, 1), 1);
    let other = layered(&flat, &none, moving(&flat, 2), 2);
    let pixels = (picture.size.width * picture.size.height) as usize;
    let black = draw(&one, 9, Mix::Black { share: 1.0 }, None);
    assert!(black[..pixels].iter().all(|&y| y == 16) && black[pixels..].iter().all(|&c| c == 128));
    for (from, to) in [(&one, &other), (&other, &one)] {
        let half = draw(from, 280, Mix::Next { frame: 3, share: 0.5 }, Some(to));
        let (from, to) = (draw(from, 280, Mix::Alone, None), draw(to, 3, Mix::Alone, None));
        for ((half, from), to) in half.iter().zip(from).zip(to) {
            let mean = (f64::from(from) + f64::from(to)) / 2.0;
            assert!((f64::from(*half) - mean).abs() <= 1.0, "{half} between {from} and {to}");
        }
    }
}

#[test]
fn planes_of_another_size_are_refused() {
    let (picture, mut layers) = painted(SceneKind::DawnWater, ASPECTS[0]);
    layers.sheets[1].mask.pop();
    let camera = moving(&picture, 1);
    assert!(Shot::layered((&picture, &layers), (camera, 1), FrameRate::F30, &[], picture.size).is_err());
}

#[test]
fn clouds_go_slowly_and_not_far() {
    for seed in 0..20 {
        let far = drift(10.0, &mut SeededRng::new(seed)).abs();
        assert!((0.01..0.021).contains(&far));
        assert!(drift(600.0, &mut SeededRng::new(seed)).abs() <= MAX_CLOUD_DRIFT);
    }
}
