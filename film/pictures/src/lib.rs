//! Pictures that somebody sent: uploads, and the answers of image models. Nothing about them can be trusted.
//!
//! | Function | Where it runs | What it reads |
//! |---|---|---|
//! | [`probe`] | anywhere | the first bytes: format, width and height, against the limits |
//! | [`PicturePipe::fill`] | the program `picture-pipe`, under limits of memory, time, files and system calls | everything |
//!
//! A picture is cropped before it is scaled, so that no intermediate picture is larger than the larger of the file's and
//! the result. [`Fit`] says about which point, or that it is shown whole over its own blurred copy where the shapes
//! differ much. The result is 8-bit sRGB without alpha:
//!
//! | In the file | What becomes of it |
//! |---|---|
//! | EXIF orientation (JPEG, PNG, WebP) | applied |
//! | ICC profile (RGB, grey, CMYK) | converted to sRGB; one that cannot be read counts as sRGB, as in browsers |
//! | 16 bits a sample | converted in 16 bits, then rounded to 8 |
//! | a palette, fewer than 8 bits | expanded |
//! | transparency | composited over [`BACKGROUND`], white |
//! | CMYK and YCCK (JPEG) | converted by the profile, else by `(1 - c) (1 - k)` |
//! | an animation (APNG, WebP) | its still picture, or its first frame |
//! | a file that ends early, or is damaged | refused, by [`Refusal`] |
//! | another format | refused by its name: no well-kept decoder in Rust alone reads HEIC or AVIF |
//!
//! The crate knows no cloud and no film. Everything may use it.
//!
//! ```
//! use film_pictures::probe;
//!
//! let gif = b"GIF89a\x01\x00\x01\x00";
//! let refusal = probe(gif, gif.len() as u64).unwrap_err();
//! assert_eq!(refusal.to_string(), "It is a GIF, which cannot be used. Save it as PNG, JPEG or WebP.");
//! ```

pub mod decode;
pub mod protocol;

mod backdrop;
mod cmyk;
mod colour;
mod crop;
mod decoded;
mod fit;
mod format;
mod header;
mod jpeg;
mod limits;
mod pipe;
mod png;
mod refusal;
mod size;
mod system_calls;

pub use colour::BACKGROUND;
pub use fit::Fit;
pub use format::{PictureFormat, is_media_type};
pub use header::{FIRST_BYTES, Header, MOST_HEADER_BYTES, Probe, probe};
pub use limits::{LARGEST_FILE, MAX_ASPECT, MAX_PIXELS, MEMORY_LIMIT};
pub use pipe::{FilledPicture, PicturePipe, PipeError, hide_memory};
pub use refusal::Refusal;
