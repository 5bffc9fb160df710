use film_captions::CaptionBitmap;
use film_painter::{Picture, Size};

use crate::error::FilmError;
use crate::frames::compositor::RowRenderer;
use crate::frames::plane::Channel;
use crate::frames::sample::{MIDDLE, ONE};
use crate::frames::{Compositor, Overlay, Shot};
use crate::motion::Camera;
use crate::timeline::{FrameRate, Mix};

const SMALL: Size = Size { width: 160, height: 90 };

fn picture(width: u32, height: u32, colour: impl Fn(u32, u32) -> [u8; 3]) -> Picture {
    let rgb =
        (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).flat_map(|(x, y)| colour(x, y)).collect();
    Picture { size: Size { width, height }, rgb, focus: (0.5, 0.5) }
}

fn moving(seed: u64, picture: &Picture, size: Size) -> Camera {
    Camera::ken_burns(seed, picture.focus, picture.size, size, FrameRate::F30, 90)
}

/// A shot without grain, of which single samples can be told.
fn smooth(picture: &Picture, camera: Camera, overlays: &[Overlay], size: Size) -> Result<Shot, FilmError> {
    Shot::with_grain(picture, camera, overlays, size, 0.0)
}

fn draw(shot: &Shot, frame: u32, mix: Mix, next: Option<&Shot>) -> Vec<u8> {
    let mut compositor = Compositor::new(shot.size);
    let mut out = vec![0; compositor.frame_bytes()];
    compositor.draw(shot, frame, mix, next, &mut out).unwrap();
    out
}

#[test]
fn one_colour_stays_one_colour() {
    for (width, height) in [(160, 90), (200, 400), (1000, 300), (40, 30)] {
        for grey in [0, 1, 77, 128, 254, 255] {
            let picture = picture(width, height, |_, _| [grey, grey, grey]);
            let shot = smooth(&picture, moving(3, &picture, SMALL), &[], SMALL).unwrap();
            for frame in [0, 13, 44, 89] {
                let out = draw(&shot, frame, Mix::Alone, None);
                let (luma, chroma) = out.split_at(160 * 90);
                let level = Channel::Luma.code(f32::from(grey), f32::from(grey), f32::from(grey));
                assert!(luma.iter().all(|&y| (f32::from(y) - level).abs() <= 0.76), "{grey} at {frame}");
                assert!(chroma.iter().all(|&c| c == 128));
            }
        }
    }
}

/// A ramp is its own resampling, so what the camera sees is known exactly. Compared before dithering.
#[test]
fn a_ramp_lands_where_geometry_says() {
    let (width, height) = (176, 99);
    let ramp = picture(width, height, |x, _| [40 + x as u8; 3]);
    for seed in 0..8 {
        let camera = moving(seed, &ramp, SMALL);
        let shot = smooth(&ramp, camera.clone(), &[], SMALL).unwrap();
        let mut renderer = RowRenderer::default();
        for frame in [0, 1, 2, 30, 60, 89] {
            let view = camera.view(frame);
            renderer.begin_frame(&shot, Channel::Luma, frame, SMALL);
            for y in [0, 17, 89] {
                renderer.draw_row(&shot, Channel::Luma, y);
                for x in 4..156 {
                    let across = view.centre.0 + ((x as f64 + 0.5) / 160.0 - 0.5) * view.extent.0;
                    let level = 40.0 + across * f64::from(width) - 0.5;
                    let wanted = 16.0 + level * 219.0 / 255.0;
                    let got = f64::from(renderer.row[x]) / f64::from(ONE) + f64::from(MIDDLE);
                    assert!((got - wanted).abs() < 0.13, "seed {seed} frame {frame} {x},{y}: {got} {wanted}");
                }
            }
        }
    }
}

/// H.264's colour samples stand on the even luma columns, not between two.
#[test]
fn colour_lands_where_the_standard_puts_it() {
    let (width, height) = (176, 99);
    let ramp = picture(width, height, |x, y| [100, 100, 40 + x as u8 / 2 + y as u8]);
    let camera = moving(5, &ramp, SMALL);
    let shot = smooth(&ramp, camera.clone(), &[], SMALL).unwrap();
    let mut renderer = RowRenderer::default();
    let extent = Channel::Blue.extent(SMALL);
    for frame in [0, 45, 89] {
        let view = camera.view(frame);
        renderer.begin_frame(&shot, Channel::Blue, frame, extent);
        for y in [3, 22, 41] {
            renderer.draw_row(&shot, Channel::Blue, y);
            for x in 4..76 {
                let across = view.centre.0 + ((2.0 * x as f64 + 0.5) / 160.0 - 0.5) * view.extent.0;
                let down = view.centre.1 + ((2.0 * y as f64 + 1.0) / 90.0 - 0.5) * view.extent.1;
                // Halving a whole number loses a quarter on average.
                let blue =
                    40.0 + (across * f64::from(width) - 0.5) / 2.0 - 0.25 + down * f64::from(height) - 0.5;
                let wanted = f64::from(Channel::Blue.code(100.0, 100.0, blue as f32));
                let got = f64::from(renderer.row[x]) / f64::from(ONE) + f64::from(MIDDLE);
                assert!((got - wanted).abs() < 0.2, "frame {frame} {x},{y}: {got} {wanted}");
            }
        }
    }
}

/// The centre of a soft spot, measured on every frame, follows the camera's path to within a hundredth of a
/// pixel: motion that is rounded anywhere trembles.
#[test]
fn a_slow_move_does_not_tremble() {
    let (width, height) = (176u32, 99u32);
    let spot = picture(width, height, |x, y| {
        let far = (f64::from(x) - 90.0).powi(2) + (f64::from(y) - 50.0).powi(2);
        [(20.0 + 220.0 * (-far / 60.0).exp()).round() as u8; 3]
    });
    let camera = Camera::ken_burns(8, (0.2, 0.3), spot.size, SMALL, FrameRate::F30, 300);
    let shot = smooth(&spot, camera.clone(), &[], SMALL).unwrap();
    let mut renderer = RowRenderer::default();
    let mut squares = 0.0;
    for frame in 0..300 {
        renderer.begin_frame(&shot, Channel::Luma, frame, SMALL);
        let (mut mass, mut moment) = (0.0, (0.0, 0.0));
        for y in 0..90 {
            renderer.draw_row(&shot, Channel::Luma, y);
            for (x, sample) in renderer.row.iter().enumerate().take(160) {
                let weight = (f64::from(*sample) + 90.0 * f64::from(ONE)).max(0.0);
                mass += weight;
                moment.0 += weight * (x as f64 + 0.5);
                moment.1 += weight * (y as f64 + 0.5);
            }
        }
        let view = camera.view(frame);
        let seen = |at: f64, of: u32, centre: f64, extent: f64, pixels: f64| {
            ((at + 0.5) / f64::from(of) - centre) / extent * pixels + pixels / 2.0
        };
        let wanted = (
            seen(90.0, width, view.centre.0, view.extent.0, 160.0),
            seen(50.0, height, view.centre.1, view.extent.1, 90.0),
        );
        squares += (moment.0 / mass - wanted.0).powi(2) + (moment.1 / mass - wanted.1).powi(2);
    }
    let tremble = (squares / 300.0).sqrt();
    assert!(tremble < 0.01, "{tremble} pixels");
}

#[test]
fn dithering_moves_nothing_by_a_whole_code_value() {
    let ramp = picture(176, 99, |x, y| [(40 + x / 2 + y) as u8; 3]);
    let shot = smooth(&ramp, moving(1, &ramp, SMALL), &[], SMALL).unwrap();
    let out = draw(&shot, 40, Mix::Alone, None);
    let mut renderer = RowRenderer::default();
    renderer.begin_frame(&shot, Channel::Luma, 40, SMALL);
    for y in 0..90 {
        renderer.draw_row(&shot, Channel::Luma, y);
        for x in 0..160 {
            let exact = f64::from(renderer.row[x]) / f64::from(ONE) + f64::from(MIDDLE);
            assert!((f64::from(out[y * 160 + x]) - exact).abs() <= 0.75);
        }
    }
}

#[test]
fn half_way_through_a_crossfade_is_the_mean() {
    let dark = picture(160, 90, |_, _| [30, 60, 90]);
    let light = picture(300, 300, |_, _| [230, 180, 140]);
    let a = smooth(&dark, moving(1, &dark, SMALL), &[], SMALL).unwrap();
    let b = smooth(&light, moving(2, &light, SMALL), &[], SMALL).unwrap();
    let blend = draw(&a, 80, Mix::Next { frame: 7, share: 0.5 }, Some(&b));
    let (a, b) = (draw(&a, 80, Mix::Alone, None), draw(&b, 7, Mix::Alone, None));
    for ((blend, a), b) in blend.iter().zip(&a).zip(&b) {
        let mean = (f64::from(*a) + f64::from(*b)) / 2.0;
        assert!((f64::from(*blend) - mean).abs() <= 1.0, "{blend} between {a} and {b}");
    }
}

#[test]
fn black_is_black_and_needs_no_next_scene() {
    let picture = picture(160, 90, |x, y| [x as u8, y as u8, 200]);
    let shot = smooth(&picture, moving(1, &picture, SMALL), &[], SMALL).unwrap();
    let out = draw(&shot, 0, Mix::Black { share: 1.0 }, None);
    assert!(out[..160 * 90].iter().all(|&y| y == 16) && out[160 * 90..].iter().all(|&c| c == 128));
    assert_eq!(draw(&shot, 5, Mix::Black { share: 0.0 }, None), draw(&shot, 5, Mix::Alone, None));
}

#[test]
fn captions_show_on_their_frames_only() {
    let picture = picture(160, 90, |_, _| [100, 100, 100]);
    let bitmap = CaptionBitmap { x: 20, y: 60, width: 40, height: 10, rgba: [255; 1600].to_vec() };
    let overlay = Overlay { bitmap, frames: 10..20, fade: 0 };
    let shot = smooth(&picture, moving(1, &picture, SMALL), &[overlay], SMALL).unwrap();
    let white =
        |frame| draw(&shot, frame, Mix::Alone, None)[..160 * 90].iter().filter(|&&y| y == 235).count();
    assert_eq!([9, 10, 19, 20].map(white), [0, 400, 400, 0]);
}

/// Frame widths that are no multiple of the block still fill every pixel.
#[test]
fn odd_sized_frames_are_filled_to_the_edge() {
    let size = Size { width: 54, height: 30 };
    let picture = picture(54, 30, |_, _| [255, 255, 255]);
    let shot = smooth(&picture, Camera::still((0.5, 0.5), picture.size, size), &[], size).unwrap();
    let out = draw(&shot, 0, Mix::Alone, None);
    assert!(out[..54 * 30].iter().all(|&y| y == 235) && out[54 * 30..].iter().all(|&c| c == 128));
}

/// Clips are stored under a hash of what they are made from: whoever changes a frame must know it, change these numbers,
/// and have clips that are stored made again.
#[test]
fn frames_are_the_same_for_ever() {
    let size = Size { width: 320, height: 180 };
    let scene = picture(480, 270, |x, y| [(x * y / 97) as u8, (x ^ y) as u8, (3 * x + y) as u8]);
    let other = picture(300, 300, |x, y| [(255 - x.min(255)) as u8, (y / 2) as u8, (x + y) as u8]);
    let rgba = (0..24 * 80).flat_map(|i| [i as u8 / 2, 40, 7, 128]).collect();
    let caption = CaptionBitmap { x: 100, y: 140, width: 80, height: 24, rgba };
    let overlay = Overlay { bitmap: caption, frames: 0..60, fade: 3 };
    let shot = Shot::new(&scene, moving(5, &scene, size), &[overlay], size).unwrap();
    let next = Shot::new(&other, moving(6, &other, size), &[], size).unwrap();
    let checksum = |frame, mix| crc32fast::hash(&draw(&shot, frame, mix, Some(&next)));
    let checksums = [
        checksum(0, Mix::Black { share: 0.75 }),
        checksum(1, Mix::Alone),
        checksum(45, Mix::Alone),
        checksum(80, Mix::Next { frame: 4, share: 0.3 }),
    ];
    assert_eq!(checksums, [93_741_502, 2_904_232_864, 3_393_700_949, 586_568_687]);
}

#[test]
fn contradictions_are_refused() {
    let good = picture(32, 32, |_, _| [9, 9, 9]);
    let camera = || Camera::still((0.5, 0.5), good.size, SMALL);
    assert!(Shot::new(&good, camera(), &[], Size { width: 161, height: 90 }).is_err());
    let mut short = good.clone();
    short.rgb.pop();
    assert!(Shot::new(&short, camera(), &[], SMALL).is_err());
    let shot = Shot::new(&good, camera(), &[], SMALL).unwrap();
    let mut compositor = Compositor::new(SMALL);
    assert!(compositor.draw(&shot, 0, Mix::Alone, None, &mut [0; 7]).is_err());
    let mut out = vec![0; compositor.frame_bytes()];
    assert!(compositor.draw(&shot, 0, Mix::Next { frame: 0, share: 0.5 }, None, &mut out).is_err());
}
