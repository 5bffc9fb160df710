//! The program that is tested, and what its answers are compared with.

use film_pictures::{FilledPicture, Fit, PicturePipe, PipeError, Refusal};
use tokio::runtime::Builder;

use crate::corpus::{HEIGHT, QUARTERS, WIDTH};

/// The program that cargo built for this test.
pub fn pipe() -> PicturePipe {
    PicturePipe::new(env!("CARGO_BIN_EXE_picture-pipe").into()).unwrap()
}

/// Decodes a picture in the program's process.
pub fn fill(file: &[u8], width: u32, height: u32) -> Result<FilledPicture, PipeError> {
    fit(file, width, height, Fit::Centre)
}

/// Decodes a picture in the program's process and fits it into a frame.
pub fn fit(file: &[u8], width: u32, height: u32, fit: Fit) -> Result<FilledPicture, PipeError> {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(pipe().fill(file, width, height, fit))
}

/// Why the program refuses a picture.
pub fn refusal(file: &[u8]) -> Refusal {
    match fill(file, WIDTH, HEIGHT) {
        Err(PipeError::Refused { refusal, .. }) => refusal,
        other => panic!("{other:?}"),
    }
}

/// The pixel at a place, given as fractions of width and height.
pub fn pixel(rgb: &[u8], (width, height): (u32, u32), x: f32, y: f32) -> [u8; 3] {
    let column = (x * width as f32) as usize;
    let row = (y * height as f32) as usize;
    let at = (row * width as usize + column) * 3;
    [rgb[at], rgb[at + 1], rgb[at + 2]]
}

/// The middles of the four quarters, from the top left by rows.
pub fn quarters(rgb: &[u8], size: (u32, u32)) -> [[u8; 3]; 4] {
    [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)].map(|(x, y)| pixel(rgb, size, x, y))
}

/// The largest difference of any sample.
pub fn difference(some: [[u8; 3]; 4], others: [[u8; 3]; 4]) -> u8 {
    let pairs = some.iter().flatten().zip(others.iter().flatten());
    pairs.map(|(a, b)| a.abs_diff(*b)).max().unwrap_or_default()
}

/// Asserts that a file shows the four colours of the corpus, each where it belongs.
pub fn assert_shows_quarters(name: &str, file: &[u8], tolerance: u8) {
    let picture = fill(file, WIDTH, HEIGHT).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(picture.rgb.len(), (WIDTH * HEIGHT * 3) as usize, "{name}");
    let seen = quarters(&picture.rgb, (WIDTH, HEIGHT));
    assert!(difference(seen, QUARTERS) <= tolerance, "{name}: {seen:?} instead of {QUARTERS:?}");
}
