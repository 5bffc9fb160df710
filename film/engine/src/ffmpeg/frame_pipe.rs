//! Gives frames to FFmpeg's standard input without copying them.
//!
//! A frame of 1080p has three megabytes, 93 a second: copying them into a pipe takes 0.04 CPU seconds per second of
//! video, a twelfth of what encoding takes. Linux lends a process's own pages to a pipe (vmsplice(2)), and the reader's
//! copy is then the only one. What is lent must stay as it is until it has been read, so frames rotate through as many
//! buffers as the pipe may still hold a part of.

use std::collections::VecDeque;
use std::io::{self, Write as _};
use std::process::ChildStdin;

/// Requested capacity of the pipe in bytes: the most that Linux gives to unprivileged processes. With the default of
/// 64 KB both sides wake each other 48 times a frame.
const CAPACITY: usize = 1 << 20;

/// A child's standard input, fed frame by frame.
pub(super) struct FramePipe {
    stdin: ChildStdin,
    /// Bytes that the pipe holds at most.
    capacity: usize,
    /// Buffers whose pages the pipe may still hold, the latest last.
    lent: VecDeque<Vec<u8>>,
    /// Whether pages are lent (vmsplice); otherwise they are copied.
    lends: bool,
}

impl FramePipe {
    pub(super) fn new(stdin: ChildStdin) -> Self {
        let capacity = enlarge(&stdin);
        Self {
            stdin,
            capacity: capacity.unwrap_or_default(),
            lent: VecDeque::new(),
            lends: capacity.is_some(),
        }
    }

    /// Writes a frame, and leaves in its place a buffer of the same length with arbitrary content.
    pub(super) fn write_frame(&mut self, frame: &mut Vec<u8>) -> io::Result<()> {
        let mut sent = 0;
        while self.lends && sent < frame.len() {
            match lend(&self.stdin, &frame[sent..]) {
                Ok(bytes) => sent += bytes,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // The reader is gone; copying would fail as well.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Err(error),
                // A sandbox may forbid the call: copy from now on.
                Err(_) => self.lends = false,
            }
        }
        self.stdin.write_all(&frame[sent..])?;
        let length = frame.len();
        let free = self.reclaim(length).unwrap_or_else(|| vec![0; length]);
        self.lent.push_back(std::mem::replace(frame, free));
        Ok(())
    }

    /// Closes the pipe. The returned buffers must be kept until the reader has ended.
    pub(super) fn close(self) -> VecDeque<Vec<u8>> {
        self.lent
    }

    /// The oldest buffer, if the bytes lent after it fill the pipe, so that the reader has taken all of it.
    fn reclaim(&mut self, next: usize) -> Option<Vec<u8>> {
        let after: usize = self.lent.iter().skip(1).map(Vec::len).sum();
        let free = after + next >= self.capacity;
        self.lent.pop_front_if(|oldest| free && oldest.len() == next)
    }
}

/// Enlarges a pipe and returns its capacity in bytes; none where pages cannot be lent.
#[cfg(target_os = "linux")]
fn enlarge(pipe: &ChildStdin) -> Option<usize> {
    // A system that refuses leaves it as it was.
    let _ = rustix::pipe::fcntl_setpipe_size(pipe, CAPACITY);
    rustix::pipe::fcntl_getpipe_size(pipe).ok()
}

#[cfg(not(target_os = "linux"))]
fn enlarge(_: &ChildStdin) -> Option<usize> {
    None
}

/// Lends bytes to a pipe and returns how many it took; blocks while it is full.
#[cfg(target_os = "linux")]
fn lend(pipe: &ChildStdin, bytes: &[u8]) -> io::Result<usize> {
    use rustix::pipe::{IoSliceRaw, SpliceFlags, vmsplice};
    // SAFETY: the pipe is written to, so the bytes are only read: here, and by the kernel until they have left the
    // pipe. `FramePipe` keeps them unchanged until then, and after that only the reader's copy matters.
    #[allow(unsafe_code, reason = "lending memory to the kernel")]
    Ok(unsafe { vmsplice(pipe, &[IoSliceRaw::from_slice(bytes)], SpliceFlags::empty()) }?)
}

#[cfg(not(target_os = "linux"))]
fn lend(_: &ChildStdin, _: &[u8]) -> io::Result<usize> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test code")]
    use std::io::Read as _;
    use std::process::{Child, Command, Stdio};
    use std::time::Duration;

    use super::*;

    fn copier() -> (Child, FramePipe) {
        let mut child = Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let pipe = FramePipe::new(child.stdin.take().unwrap());
        (child, pipe)
    }

    /// Reused buffers are overwritten while the reader sleeps: frames that it has not read yet must stay intact.
    #[test]
    fn a_slow_reader_gets_every_frame_as_it_was() {
        for (length, lends) in [(3_000_001, true), (400_000, true), (5000, true), (400_000, false)] {
            let frames = (6 << 20) / length + 2;
            let (mut child, mut pipe) = copier();
            pipe.lends &= lends;
            let mut reader = child.stdout.take().unwrap();
            let checked = std::thread::spawn(move || {
                let mut frame = vec![0; length];
                for number in 0..frames {
                    std::thread::sleep(Duration::from_millis(2));
                    reader.read_exact(&mut frame).unwrap();
                    assert!(frame.iter().all(|&byte| byte == number as u8), "{length}: frame {number}");
                }
                assert_eq!(reader.read(&mut frame).unwrap(), 0);
            });
            let mut frame = vec![0; length];
            for number in 0..frames {
                frame.fill(number as u8);
                pipe.write_frame(&mut frame).unwrap();
                assert_eq!(frame.len(), length);
            }
            let most = pipe.capacity.div_ceil(length) + 1;
            assert!(pipe.lent.len() <= most, "{} buffers of {length}", pipe.lent.len());
            let lent = pipe.close();
            checked.join().unwrap();
            drop(lent);
            assert!(child.wait().unwrap().success());
        }
    }

    #[test]
    fn a_reader_that_ends_is_an_error() {
        let mut child = Command::new("true").stdin(Stdio::piped()).spawn().unwrap();
        let mut pipe = FramePipe::new(child.stdin.take().unwrap());
        child.wait().unwrap();
        let error = pipe.write_frame(&mut vec![0; 100_000]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    }
}
