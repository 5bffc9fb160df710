//! How pictures of one shape come into frames of another.

use film_pictures::Fit;
use image::{DynamicImage, Rgb, RgbImage};

use crate::corpus::{QUARTERS, all, png};
use crate::support::{difference, fit, pixel};

/// An upright picture of a person, as colours: the head in the topmost fifth.
fn person(width: u32, height: u32) -> Vec<u8> {
    let head = |_, y| Rgb(if y < height / 5 { [220, 170, 140] } else { [60, 90, 120] });
    png(&DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, head)), |_| {})
}

const HEAD: [u8; 3] = [220, 170, 140];
const BODY: [u8; 3] = [60, 90, 120];

fn is(seen: [u8; 3], colour: [u8; 3]) -> bool {
    difference([seen; 4], [colour; 4]) <= 8
}

#[test]
fn a_point_that_must_stay_is_in_the_crop_of_every_kind_of_file_and_orientation() {
    // Crops of half the width, and of half the height: each shows two quarters of the same side.
    for sample in all() {
        for (x, y, frame, shown) in [
            (0.1, 0.1, (40, 64), [0, 2]),
            (0.95, 0.5, (40, 64), [1, 3]),
            (0.1, 0.1, (96, 28), [0, 1]),
            (0.6, 0.9, (96, 28), [2, 3]),
        ] {
            let picture = fit(&sample.file, frame.0, frame.1, Fit::About { x, y }).unwrap();
            let places = if frame.0 < frame.1 { [(0.5, 0.2), (0.5, 0.8)] } else { [(0.2, 0.5), (0.8, 0.5)] };
            for ((x, y), quarter) in places.into_iter().zip(shown) {
                let (seen, wanted) = (pixel(&picture.rgb, frame, x, y), QUARTERS[quarter]);
                let off = difference([seen; 4], [wanted; 4]);
                assert!(off <= sample.tolerance.max(2), "{} at {x}, {y}: {seen:?}", sample.name);
            }
            let wanted = if frame.0 < frame.1 { picture.focus.1 - y } else { picture.focus.0 - x };
            assert!(wanted.abs() < 0.02, "{}: {:?}", sample.name, picture.focus);
        }
    }
}

#[test]
fn the_head_of_a_person_stays_where_a_focus_says_so() {
    let file = person(600, 900);
    let cropped = fit(&file, 320, 180, Fit::Centre).unwrap();
    assert!(is(pixel(&cropped.rgb, (320, 180), 0.5, 0.02), BODY), "the middle has no head");
    let about = fit(&file, 320, 180, Fit::About { x: 0.5, y: 0.1 }).unwrap();
    assert!(is(pixel(&about.rgb, (320, 180), 0.5, 0.1), HEAD));
    assert!(about.focus.1 < 0.3, "{:?}", about.focus);
}

#[test]
fn what_differs_much_in_shape_is_whole_over_its_darker_copy_and_what_differs_little_is_cropped() {
    let frame = (320, 180);
    let whole = fit(&person(600, 900), frame.0, frame.1, Fit::Whole).unwrap();
    assert!(is(pixel(&whole.rgb, frame, 0.5, 0.08), HEAD), "the head is there");
    assert!(is(pixel(&whole.rgb, frame, 0.5, 0.92), BODY), "and the feet");
    let [r, g, b] = pixel(&whole.rgb, frame, 0.05, 0.6);
    assert!(r < 50 && g < 70 && b < 90, "the copy is dark: {r} {g} {b}");
    assert!(whole.focus.1 < 0.5, "faces are above the middle");
    // The reverse: a wide picture in an upright frame.
    let wide = fit(&person(1600, 900), 180, 320, Fit::Whole).unwrap();
    assert!(is(pixel(&wide.rgb, (180, 320), 0.5, 0.37), HEAD));
    assert!(is(pixel(&wide.rgb, (180, 320), 0.1, 0.6), BODY));
    // 4 : 3 in 16 : 9 loses a little above and below, as ever.
    for fitted in [Fit::Whole, Fit::Centre] {
        let cropped = fit(&person(800, 600), frame.0, frame.1, fitted).unwrap();
        assert_eq!(cropped.rgb, fit(&person(800, 600), frame.0, frame.1, Fit::Centre).unwrap().rgb);
    }
}

/// Writes pictures to a folder, to be looked at: `LOOK=folder PICTURE=file cargo test … -- --ignored`.
#[test]
#[ignore = "writes files to be looked at"]
fn look_at_fits() {
    let Some(folder) = std::env::var_os("LOOK").map(std::path::PathBuf::from) else { return };
    let Some(file) = std::env::var_os("PICTURE").map(|path| std::fs::read(path).unwrap()) else { return };
    std::fs::create_dir_all(&folder).unwrap();
    for (shape, (width, height)) in
        [("wide", (1920, 1080)), ("upright", (1080, 1920)), ("square", (1080, 1080))]
    {
        for (name, fitted) in [("whole", Fit::Whole), ("about", Fit::About { x: 0.5, y: 0.2 })] {
            let rgb = fit(&file, width, height, fitted).unwrap().rgb;
            let path = folder.join(format!("{shape}-{name}.png"));
            image::save_buffer(path, &rgb, width, height, image::ColorType::Rgb8).unwrap();
        }
    }
}
