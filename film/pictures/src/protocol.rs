//! The protocol between [`PicturePipe`](crate::PicturePipe) and `picture-pipe`: one JSON line and the file's bytes in,
//! one JSON line and the pixels out.

use serde::{Deserialize, Serialize};

use crate::fit::Fit;
use crate::refusal::Refusal;

/// The longest JSON line of a request or a reply, bytes.
pub const LONGEST_LINE: u64 = 1024;

/// What the picture is to become. The file's bytes follow.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Width of the result in pixels.
    pub width: u32,
    /// Height of the result in pixels.
    pub height: u32,
    /// How it comes into that shape.
    #[serde(default)]
    pub fit: Fit,
    /// The length of the file that follows, in bytes.
    pub bytes: u64,
}

/// What became of it. `width × height × 3` bytes follow a picture that was decoded, and nothing one that was refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// Why the picture cannot be used; none when it was decoded.
    pub refusal: Option<Refusal>,
    /// The point of the result that must stay in view, as fractions of its width and height.
    pub focus: (f32, f32),
    /// The most memory that the process had (`VmHWM`), bytes; 0 where the system does not say.
    pub peak_bytes: u64,
}
