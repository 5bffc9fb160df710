//! Decodes one picture from standard input to standard output, as [`film_pictures::protocol`] says, and ends.
//!
//! The bytes may be anybody's. So the process limits itself before it reads them: its memory, its time, and its system
//! calls, so that it can open no file or socket, start no process and look into none. When the system refuses one of
//! these, it decodes nothing. Its parent gives it no environment, and thereby no credentials.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::ExitCode;

use film_pictures::decode::Fitted;
use film_pictures::protocol::{LONGEST_LINE, Reply, Request};
use film_pictures::{LARGEST_FILE, decode};

fn main() -> ExitCode {
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("picture-pipe: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve() -> io::Result<()> {
    let status = File::open("/proc/self/status").ok();
    decode::confine()?;
    let mut input = BufReader::new(io::stdin().lock());
    let mut line = Vec::new();
    input.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line)?;
    let request: Request = serde_json::from_slice(&line)?;
    if request.bytes > LARGEST_FILE {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "the file is too large"));
    }
    let mut file = vec![0; usize::try_from(request.bytes).unwrap_or_default()];
    input.read_exact(&mut file)?;
    let decoded = decode::fill(&file, request.width, request.height, request.fit);
    if let Err(error) = &decoded {
        eprintln!("picture-pipe: {error}");
    }
    let peak_bytes = status.and_then(peak).unwrap_or_default();
    let (refusal, Fitted { rgb, focus }) = match decoded {
        Ok(fitted) => (None, fitted),
        Err(error) => (Some(error.refusal), Fitted { rgb: Vec::new(), focus: (0.5, 0.5) }),
    };
    let mut output = io::stdout().lock();
    serde_json::to_writer(&mut output, &Reply { refusal, focus, peak_bytes })?;
    output.write_all(b"\n")?;
    output.write_all(&rgb)?;
    output.flush()
}

/// The peak of the process's resident memory in bytes, from the line `VmHWM:   1234 kB` of its status.
fn peak(mut status: File) -> Option<u64> {
    let mut text = String::new();
    status.read_to_string(&mut text).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? << 10)
}
