//! Starts `picture-pipe`, once for every picture.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{DumpableBehavior, Signal, set_dumpable_behavior};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStderr, Command};

use crate::fit::Fit;
use crate::header::{Probe, probe};
use crate::limits::WALL_LIMIT;
use crate::protocol::{LONGEST_LINE, Reply, Request};
use crate::refusal::Refusal;
use crate::size::check_size;

/// The most bytes of the program's messages that are kept for an error.
const LONGEST_MESSAGES: usize = 4 << 10;

/// A picture of one pixel, as PNG.
const ONE_PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\
    \0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde\
    \0\0\0\x0cIDATx\xdac8Q\xa1\x01\0\x03t\x01i\xf5\x07\x03{\
    \0\0\0\0IEND\xaeB\x60\x82";

/// A decoded picture.
#[derive(Clone, Debug, PartialEq)]
pub struct FilledPicture {
    /// `width × height × 3` bytes of 8-bit sRGB, row by row from the top.
    pub rgb: Vec<u8>,
    /// The point that must stay in view, as fractions of width and height.
    pub focus: (f32, f32),
    /// The most memory that decoding took, bytes.
    pub peak_bytes: u64,
}

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum PipeError {
    /// The picture cannot be used, now or later.
    #[error("{refusal}")]
    Refused {
        /// The reason in words for the person who sent it.
        refusal: Refusal,
        /// What the program wrote to its standard error, for the log: its first 4 KiB as one line of text.
        messages: String,
    },
    /// The program did not start, or was ended from outside. It may succeed later.
    #[error("{program}: {source}")]
    Program {
        /// The path of the program.
        program: String,
        /// What the system says, and what the program wrote to its standard error.
        source: io::Error,
    },
}

impl From<Refusal> for PipeError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused { refusal, messages: String::new() }
    }
}

/// Keeps other processes of the same user from reading or changing the memory of this one, and its environment: they
/// hold credentials. To be called before the first picture is decoded, because a program that a picture has taken over
/// runs as the same user. Debuggers cannot attach either, and there are no core dumps.
///
/// # Errors
/// When the system refuses it.
pub fn hide_memory() -> io::Result<()> {
    Ok(set_dumpable_behavior(DumpableBehavior::NotDumpable)?)
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

    /// Decodes a picture of its own, so that it is known before the first picture that somebody sent, or paid for,
    /// whether the program runs here and the system lets it limit itself.
    ///
    /// # Errors
    /// As [`PicturePipe::fill`].
    pub async fn check(&self) -> Result<(), PipeError> {
        self.fill(ONE_PIXEL, 1, 1, Fit::Centre).await.map(drop)
    }

    /// Decodes a picture and brings it to the shape and the size `width × height`. When the future is dropped, the
    /// process ends.
    ///
    /// # Errors
    /// [`PipeError::Refused`] when the picture cannot be used, which includes that decoding reached a limit or crashed;
    /// [`PipeError::Program`] when it is not the picture's fault.
    pub async fn fill(
        &self,
        file: &[u8],
        width: u32,
        height: u32,
        fit: Fit,
    ) -> Result<FilledPicture, PipeError> {
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
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(failed)?;
        let mut messages = Messages { stderr: child.stderr.take(), kept: Vec::new() };
        let request = Request { width, height, fit, bytes: file.len() as u64 };
        let run = async {
            match exchange_beside(&mut child, &request, file, &mut messages).await {
                Ok((Reply { refusal: None, focus, peak_bytes }, rgb)) => {
                    Ok(FilledPicture { rgb, focus, peak_bytes })
                }
                Ok((Reply { refusal: Some(refusal), .. }, _)) => {
                    messages.read_to_end().await;
                    Err(PipeError::Refused { refusal, messages: messages.text() })
                }
                Err(broken) => {
                    let (status, ()) = tokio::join!(child.wait(), messages.read_to_end());
                    let messages = messages.text();
                    match ended(status.map_err(failed)?) {
                        Some(refusal) => Err(PipeError::Refused { refusal, messages }),
                        None => Err(failed(io::Error::new(
                            broken.kind(),
                            format!("{broken}; it said: {messages}"),
                        ))),
                    }
                }
            }
        };
        match tokio::time::timeout(self.wall_limit, run).await {
            Ok(ended) => ended,
            Err(_) => Err(Refusal::TooDemanding.into()),
        }
    }
}

/// What the program writes to its standard error. It may be anybody's words.
struct Messages {
    stderr: Option<ChildStderr>,
    kept: Vec<u8>,
}

impl Messages {
    /// Reads until the program closes its standard error, and keeps the beginning. May be stopped and called again.
    async fn read_to_end(&mut self) {
        let Some(stderr) = &mut self.stderr else { return };
        let mut chunk = [0; 1024];
        while let Ok(count @ 1..) = stderr.read(&mut chunk).await {
            let room = LONGEST_MESSAGES - self.kept.len();
            self.kept.extend(chunk.iter().take(count.min(room)));
        }
    }

    /// One line without control characters.
    fn text(&self) -> String {
        let text = String::from_utf8_lossy(&self.kept);
        text.trim_end().chars().map(|char| if char.is_control() { ' ' } else { char }).collect()
    }
}

/// An [`exchange`], while the program's messages are read, so that it never waits for somebody to read them.
async fn exchange_beside(
    child: &mut Child,
    request: &Request,
    file: &[u8],
    messages: &mut Messages,
) -> io::Result<(Reply, Vec<u8>)> {
    let exchange = exchange(child, request, file);
    tokio::pin!(exchange);
    tokio::select! {
        answer = &mut exchange => answer,
        () = messages.read_to_end() => exchange.await,
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
