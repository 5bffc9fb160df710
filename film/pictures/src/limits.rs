//! What a picture may take: in its file, decoded, and while it is decoded.

use std::io;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, setrlimit};

/// The most bytes of a file, 20 MiB: about twice what a 6,000 × 4,000 photograph takes as JPEG.
pub const LARGEST_FILE: u64 = 20 << 20;

/// The most pixels: as many as the largest sensors of phones in their usual mode have (48 to 50 megapixels).
pub const MAX_PIXELS: u64 = 50_000_000;

/// How many times longer than the other one side may be. A film's frame is at most 16 : 9; a panorama is rarely 10 : 1.
pub const MAX_ASPECT: u32 = 20;

/// The address space of the decoding process in bytes. The most demanding picture within the limits, [`MAX_PIXELS`] of
/// progressive CMYK JPEG, takes 580 MiB: coefficients of two bytes and samples of one, four of each a pixel.
pub const MEMORY_LIMIT: u64 = 1 << 30;

/// The processor time of the decoding process in seconds. [`MAX_PIXELS`] take five on a developer's machine.
const CPU_SECONDS: u64 = 30;

/// The time from the start of the decoding process to its last byte, on a machine that is busy with other work.
pub(crate) const WALL_LIMIT: Duration = Duration::from_secs(90);

/// Limits the resources of this process for ever: memory, time, and no new file, socket, child process and core dump.
/// Files that are open stay open, and may be written to: the log may be one.
///
/// # Errors
/// When the system refuses a limit.
pub(crate) fn confine() -> io::Result<()> {
    let to =
        |resource, limit, hard| setrlimit(resource, Rlimit { current: Some(limit), maximum: Some(hard) });
    to(Resource::Core, 0, 0)?;
    to(Resource::As, MEMORY_LIMIT, MEMORY_LIMIT)?;
    // The soft limit's signal says what happened; at the hard one the process would be killed without a reason.
    to(Resource::Cpu, CPU_SECONDS, CPU_SECONDS + 5)?;
    to(Resource::Nproc, 0, 0)?;
    to(Resource::Nofile, 0, 0)?;
    Ok(())
}
