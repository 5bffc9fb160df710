//! Runs `espeak-pipe`, once for every text: the library continues the phase of its waves from one text to the next,
//! and sound that is cached under a hash of its text must depend on nothing else. A start takes 6 ms.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::espeak::protocol::{EspeakWord, Reply, Request, Spelling};

/// espeak-ng's own pace in words a minute, to which a script's pace is relative (`espeakRATE_NORMAL`).
const NORMAL_RATE: f32 = 175.0;

/// A text as espeak-ng read it.
pub(crate) struct Reading {
    /// The spoken words, in order.
    pub(crate) words: Vec<EspeakWord>,
    /// Mono samples, −1.0 ..= 1.0.
    pub(crate) samples: Vec<f32>,
    /// Sample rate in Hz.
    pub(crate) sample_rate: u32,
}

/// Why espeak-ng did not read a text.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EspeakError {
    /// The library refused the voice or the text, with this reason.
    #[error("{0}")]
    Refused(String),
    /// The program could not be started, or ended without an answer.
    #[error("{program}: {source}")]
    Pipe { program: String, source: io::Error },
}

/// Where the program, the espeak-ng library and its data are.
pub(crate) struct EspeakPipe {
    program: PathBuf,
    library: PathBuf,
    data: Option<PathBuf>,
}

struct Running {
    child: Child,
    requests: ChildStdin,
    replies: BufReader<ChildStdout>,
}

impl EspeakPipe {
    /// `data` is the folder that holds `espeak-ng-data`; without it the library looks where it was installed.
    pub(crate) fn new(program: PathBuf, library: PathBuf, data: Option<PathBuf>) -> Self {
        Self { program, library, data }
    }

    /// Reads a text with a voice of espeak-ng; a `pace` of 1.0 is the voice's own.
    ///
    /// # Errors
    /// [`EspeakError::Refused`] for a voice or text that the library does not take; [`EspeakError::Pipe`] if the program
    /// does not start or ends early.
    pub(crate) fn read(
        &self,
        voice: &str,
        spelling: Spelling,
        text: &str,
        pace: f32,
    ) -> Result<Reading, EspeakError> {
        let request = Request {
            voice: voice.to_owned(),
            spelling,
            rate: (NORMAL_RATE * pace).round() as u32,
            // The library takes a zero for the end of the text.
            text: text.replace('\0', " "),
        };
        let (reply, samples) = self
            .exchange(&request)
            .map_err(|source| EspeakError::Pipe { program: self.program.display().to_string(), source })?;
        match reply {
            Reply::Read { sample_rate, words, .. } => Ok(Reading { words, samples, sample_rate }),
            Reply::Refused(reason) => Err(EspeakError::Refused(reason)),
        }
    }

    fn exchange(&self, request: &Request) -> io::Result<(Reply, Vec<f32>)> {
        let mut running = self.start()?;
        serde_json::to_writer(&mut running.requests, request)?;
        running.requests.write_all(b"\n")?;
        let mut line = String::new();
        if running.replies.read_line(&mut line)? == 0 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "espeak-ng ended without an answer"));
        }
        let reply: Reply = serde_json::from_str(&line)?;
        let count = if let Reply::Read { samples, .. } = &reply { *samples } else { 0 };
        let mut bytes = vec![0; count * 2];
        running.replies.read_exact(&mut bytes)?;
        let samples = bytes
            .chunks_exact(2)
            .map(|pair| f32::from(i16::from_le_bytes([pair[0], pair[1]])) / 32_768.0)
            .collect();
        Ok((reply, samples))
    }

    fn start(&self) -> io::Result<Running> {
        let mut child = Command::new(&self.program)
            .arg(&self.library)
            .args(&self.data)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(requests), Some(replies)) => {
                Ok(Running { child, requests, replies: BufReader::new(replies) })
            }
            _ => Err(io::Error::other("espeak-ng has no pipe")),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A process that is not waited for stays as a zombie.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
