//! Starts `picture-pipe`, once for every picture.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::Signal;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};

use crate::header::{Probe, probe};
use crate::limits::WALL_LIMIT;
use crate::protocol::{LONGEST_LINE, Reply, Request};
use crate::refusal::Refusal;
use crate::size::check_size;

/// A decoded picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilledPicture {
    /// `width × height × 3` bytes of 8-bit sRGB, row by row from the top.
    pub rgb: Vec<u8>,
    /// The most memory that decoding took, bytes.
    pub peak_bytes: u64,
}

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum PipeError {
    /// The picture cannot be used, now or later.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The program did not start, or was ended from outside. It may succeed later.
    #[error("{program}: {source}")]
    Program {
        /// The path of the program.
        program: String,
        /// What the system says.
        source: io::Error,
    },
}

/// The program that decodes pictures, each in a process of its own.
#[derive(Clone, Debug)]
pub struct PicturePipe {
    /// The path of the program `picture-pipe`.
    pub program: PathBuf,
    /// The time from the start of a process to its last byte, after which it is ended.
    pub wall_limit: Duration,
}

impl PicturePipe {
    /// # Errors
    /// When there is no such program.
    pub fn new(program: PathBuf) -> io::Result<Self> {
        let pipe = Self { program, wall_limit: WALL_LIMIT };
        match pipe.program.metadata() {
            Ok(_) => Ok(pipe),
            Err(source) => {
                Err(io::Error::new(source.kind(), format!("{}: {source}", pipe.program.display())))
            }
        }
    }

    /// Decodes a picture, crops it about its centre to the aspect ratio of `width × height`, and scales it to that
    /// size. When the future is dropped, the process ends.
    ///
    /// # Errors
    /// [`PipeError::Refused`] when the picture cannot be used, which includes that decoding reached a limit or crashed;
    /// [`PipeError::Program`] when it is not the picture's fault.
    pub async fn fill(&self, file: &[u8], width: u32, height: u32) -> Result<FilledPicture, PipeError> {
        check_size(width, height)?;
        // What the header forbids needs no process.
        if probe(file, file.len() as u64)? == Probe::NeedsMore {
            return Err(Refusal::Truncated.into());
        }
        let failed = |source| PipeError::Program { program: self.program.display().to_string(), source };
        let mut child = Command::new(&self.program)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(failed)?;
        let request = Request { width, height, bytes: file.len() as u64 };
        let run = async {
            match exchange(&mut child, &request, file).await {
                Ok(answer) => Ok(answer),
                Err(broken) => Err((broken, child.wait().await)),
            }
        };
        match tokio::time::timeout(self.wall_limit, run).await {
            Err(_) => Err(Refusal::TooDemanding.into()),
            Ok(Ok((Reply { refusal: Some(refusal), .. }, _))) => Err(refusal.into()),
            Ok(Ok((reply, rgb))) => Ok(FilledPicture { rgb, peak_bytes: reply.peak_bytes }),
            Ok(Err((broken, status))) => match ended(status.map_err(failed)?) {
                Some(refusal) => Err(refusal.into()),
                None => Err(failed(broken)),
            },
        }
    }
}

/// Sends the file, and reads the reply and as many pixels as the request makes, no more.
async fn exchange(child: &mut Child, request: &Request, file: &[u8]) -> io::Result<(Reply, Vec<u8>)> {
    let no_pipe = || io::Error::other("no pipe");
    let mut input = child.stdin.take().ok_or_else(no_pipe)?;
    let mut output = BufReader::new(child.stdout.take().ok_or_else(no_pipe)?);
    let mut line = serde_json::to_vec(request)?;
    line.push(b'\n');
    input.write_all(&line).await?;
    // The program reads the whole file before it writes anything, so that neither waits for the other.
    input.write_all(file).await?;
    drop(input);
    let mut line = Vec::new();
    (&mut output).take(LONGEST_LINE).read_until(b'\n', &mut line).await?;
    if line.is_empty() {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "it ended without an answer"));
    }
    let reply: Reply = serde_json::from_slice(&line)?;
    let pixels =
        if reply.refusal.is_some() { 0 } else { u64::from(request.width) * u64::from(request.height) };
    let mut rgb = vec![0; usize::try_from(pixels * 3).map_err(io::Error::other)?];
    output.read_exact(&mut rgb).await?;
    Ok((reply, rgb))
}

/// What the end of a process without a whole answer says about the picture; none when something else ended it.
fn ended(status: ExitStatus) -> Option<Refusal> {
    let signal = status.signal().and_then(Signal::from_named_raw);
    match (signal, status.code()) {
        // Rust aborts when memory is refused; the kernel sends XCPU at the limit of processor time.
        (Some(Signal::ABORT | Signal::XCPU), _) => Some(Refusal::TooDemanding),
        // A bug of a decoder, which this file found. 101 is a panic.
        (Some(Signal::SEGV | Signal::BUS | Signal::ILL | Signal::FPE), _) | (None, Some(101)) => {
            Some(Refusal::Damaged)
        }
        _ => None,
    }
}
