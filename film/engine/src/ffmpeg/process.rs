//! One run of FFmpeg under a watchdog.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::error::FilmError;
use crate::ffmpeg::arguments::Arguments;
use crate::ffmpeg::frame_pipe::FramePipe;
use crate::ffmpeg::program::Ffmpeg;

/// Bytes kept of standard error: more than the inspection of the longest film prints.
const MAX_STDERR: usize = 4 << 20;

/// Bytes of standard error that an error quotes.
const QUOTED_STDERR: usize = 2000;

/// Environment variables that make the GNU C library keep freed memory (mallopt(3)); other C libraries ignore them.
/// FFmpeg frees every frame that it has read; without them the kernel would reclaim the pages and zero them again for
/// the next frame, which costs 0.04 CPU seconds per second of 1080p30, a twelfth of what encoding takes.
const MALLOC_ENV: [(&str, &str); 2] =
    [("MALLOC_MMAP_THRESHOLD_", "33554432"), ("MALLOC_TRIM_THRESHOLD_", "268435456")];

impl Ffmpeg {
    /// Runs FFmpeg to its end with no standard input, and returns its standard error. `writes` is the output file,
    /// which errors about disk space name.
    pub(crate) fn run(&self, arguments: Arguments, writes: &Path) -> Result<String, FilmError> {
        Process::start(self, arguments, false, writes)?.finish()
    }
}

/// A running FFmpeg. Dropping it kills the process and waits for it, so that no zombie is left.
pub(crate) struct Process {
    watched: Arc<Watched>,
    /// Kept until the process has ended, because it may still read lent pages.
    frames: Option<FramePipe>,
    stderr: Option<JoinHandle<Vec<u8>>>,
    stdout: Option<JoinHandle<()>>,
    watchdog: Option<(Sender<()>, JoinHandle<()>)>,
    writes: PathBuf,
    idle_timeout: Duration,
}

struct Watched {
    child: Mutex<Child>,
    last_progress: Mutex<Instant>,
    stuck: Mutex<Option<Duration>>,
}

/// Locks a mutex even if it is poisoned: these guard single values, which a panic cannot leave half written.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Watched {
    fn note_progress(&self) {
        *lock(&self.last_progress) = Instant::now();
    }

    fn kill(&self) {
        // It fails only if the process has already ended.
        let _ = lock(&self.child).kill();
    }

    /// Waits without holding the lock, which the watchdog may need.
    fn wait(&self) -> std::io::Result<ExitStatus> {
        loop {
            if let Some(status) = lock(&self.child).try_wait()? {
                return Ok(status);
            }
            thread::sleep(Duration::from_millis(2));
        }
    }
}

impl Process {
    /// Starts FFmpeg. With `piped_input` it reads frames that [`write_frame`](Self::write_frame) gives it. `writes` is the
    /// output file, which errors about disk space name.
    pub(crate) fn start(
        ffmpeg: &Ffmpeg,
        arguments: Arguments,
        piped_input: bool,
        writes: &Path,
    ) -> Result<Self, FilmError> {
        let mut child = Command::new(&ffmpeg.program)
            .envs(MALLOC_ENV)
            .args(["-hide_banner", "-nostats", "-progress", "pipe:1", "-y"])
            .args(if piped_input { &[][..] } else { &["-nostdin"][..] })
            .args(arguments.0)
            .stdin(if piped_input { Stdio::piped() } else { Stdio::null() })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| FilmError::Ffmpeg {
                program: ffmpeg.program.clone(),
                reason: error.to_string(),
            })?;
        let frames = child.stdin.take().map(FramePipe::new);
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let watched = Arc::new(Watched {
            child: Mutex::new(child),
            last_progress: Mutex::new(Instant::now()),
            stuck: Mutex::new(None),
        });
        let listener = Arc::clone(&watched);
        let stdout = stdout.map(|pipe| thread::spawn(move || follow_progress(pipe, &listener)));
        let stderr = stderr.map(|pipe| thread::spawn(move || read_tail(pipe)));
        let (stop, stopped) = mpsc::channel();
        let guarded = Arc::clone(&watched);
        let idle_timeout = ffmpeg.idle_timeout;
        let watchdog = thread::spawn(move || {
            let pause = (idle_timeout / 8).clamp(Duration::from_millis(5), Duration::from_secs(1));
            while stopped.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                let idle = lock(&guarded.last_progress).elapsed();
                if idle > idle_timeout {
                    *lock(&guarded.stuck) = Some(idle);
                    guarded.kill();
                    return;
                }
            }
        });
        Ok(Self {
            watched,
            frames,
            stderr,
            stdout,
            watchdog: Some((stop, watchdog)),
            writes: writes.to_owned(),
            idle_timeout,
        })
    }

    #[cfg(test)]
    fn id(&self) -> u32 {
        lock(&self.watched.child).id()
    }

    /// Gives the process a frame, and leaves another buffer in its place.
    ///
    /// # Errors
    /// Why the process ended, if it has; [`FilmError::Invalid`] without piped input.
    pub(crate) fn write_frame(&mut self, frame: &mut Vec<u8>) -> Result<(), FilmError> {
        let Some(frames) = &mut self.frames else {
            return Err(FilmError::Invalid("this FFmpeg is not being fed".into()));
        };
        if let Err(error) = frames.write_frame(frame) {
            // The process closed its end of the pipe; how it ended tells more than a broken pipe.
            return Err(self.end().err().unwrap_or_else(|| FilmError::io(&self.writes, error)));
        }
        self.watched.note_progress();
        Ok(())
    }

    /// Closes the input, waits for the process to end, and returns its standard error.
    pub(crate) fn finish(mut self) -> Result<String, FilmError> {
        self.end()
    }

    fn end(&mut self) -> Result<String, FilmError> {
        let _lent = self.frames.take().map(FramePipe::close);
        // Both pipes close when the process ends, or is killed.
        if let Some(listener) = self.stdout.take() {
            let _ = listener.join();
        }
        let said = self.stderr.take().and_then(|reader| reader.join().ok()).unwrap_or_default();
        let status = self.watched.wait();
        self.stop_watchdog();
        let said = String::from_utf8_lossy(&said).into_owned();
        let status = status.map_err(|error| FilmError::io(&self.writes, error))?;
        if let Some(idle) = *lock(&self.watched.stuck) {
            return Err(FilmError::Stuck { idle: idle.max(self.idle_timeout), stderr: quote(&said) });
        }
        // FFmpeg 5 ends with success when only the file's last bytes could not be written.
        if said.contains("No space left on device") {
            return Err(FilmError::DiskFull(self.writes.clone()));
        }
        if !status.success() {
            return Err(FilmError::Failed { status, stderr: quote(&said) });
        }
        Ok(said)
    }

    fn stop_watchdog(&mut self) {
        if let Some((stop, thread)) = self.watchdog.take() {
            drop(stop);
            let _ = thread.join();
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.watchdog.is_some() {
            self.watched.kill();
            let _ = self.end();
        }
    }
}

/// Reads FFmpeg's progress report, a block of `key=value` lines twice a second, and notes progress whenever frames, bytes
/// or time have changed. A block alone is no progress: a process that hangs still reports.
fn follow_progress(pipe: impl Read, watched: &Watched) {
    let mut before = Vec::new();
    let mut block = Vec::new();
    for line in BufReader::new(pipe).lines() {
        let Ok(line) = line else { return };
        let Some((key, value)) = line.split_once('=') else { continue };
        match key {
            "frame" | "total_size" | "out_time_us" => block.push(value.to_owned()),
            "progress" => {
                if block != before {
                    watched.note_progress();
                }
                before = std::mem::take(&mut block);
            }
            _ => {}
        }
    }
}

fn read_tail(mut pipe: impl Read) -> Vec<u8> {
    let mut kept = Vec::new();
    let mut chunk = [0; 8192];
    loop {
        match pipe.read(&mut chunk) {
            Ok(0) => return kept,
            Ok(read) => kept.extend_from_slice(&chunk[..read]),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => return kept,
        }
        if kept.len() > 2 * MAX_STDERR {
            kept.drain(..kept.len() - MAX_STDERR);
        }
    }
}

/// The last [`QUOTED_STDERR`] bytes of a text, from the beginning of a line.
fn quote(said: &str) -> String {
    let said = said.trim();
    if said.len() <= QUOTED_STDERR {
        return said.to_owned();
    }
    let start = said.ceil_char_boundary(said.len() - QUOTED_STDERR);
    let tail = &said[start..];
    tail.split_once('\n').map_or(tail, |(_, rest)| rest).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Any program can stand in for FFmpeg here: a shell script that ignores its arguments.
    fn fake_ffmpeg(folder: &Path, script: &str) -> Ffmpeg {
        let program = folder.join("fake_ffmpeg");
        // Written by another process: a file that this one has open for writing, even for a moment, may be
        // inherited by what another test starts at that moment, and then cannot be executed.
        let write = r#"printf '#!/bin/sh\n%s\n' "$1" > "$0" && chmod 755 "$0""#;
        assert!(
            Command::new("/bin/sh").args(["-c", write]).arg(&program).arg(script).status().unwrap().success()
        );
        Ffmpeg { program, idle_timeout: Duration::from_millis(300) }
    }

    fn alive(id: u32) -> bool {
        Path::new(&format!("/proc/{id}")).exists()
    }

    #[test]
    fn failure_quotes_the_end_of_what_was_said() {
        let folder = tempfile::tempdir().unwrap();
        let ffmpeg = fake_ffmpeg(folder.path(), "echo 'no such codec' >&2; exit 3");
        let error = ffmpeg.run(Arguments::new(), Path::new("out.mp4")).unwrap_err();
        assert!(matches!(&error, FilmError::Failed { status, .. } if status.code() == Some(3)));
        assert!(error.to_string().ends_with("no such codec"), "{error}");
        assert!(!error.is_transient());
    }

    #[test]
    fn a_full_disk_is_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let ffmpeg =
            fake_ffmpeg(folder.path(), "echo 'av_interleaved_write_frame(): No space left on device' >&2");
        let error = ffmpeg.run(Arguments::new(), Path::new("out.mp4")).unwrap_err();
        assert!(matches!(error, FilmError::DiskFull(path) if path == Path::new("out.mp4")));
    }

    /// Linux keeps a device that is always full.
    #[test]
    fn a_real_ffmpeg_on_a_full_disk_is_understood() {
        let program = crate::ffmpeg::program::tests::real();
        let ffmpeg = Ffmpeg { program, idle_timeout: Duration::from_secs(20) };
        let arguments = Arguments::new()
            .text(&["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", "320x180", "-i", "pipe:0"])
            .text(&["-c:v", "libx264", "-f", "matroska", "/dev/full"]);
        let mut process = Process::start(&ffmpeg, arguments, true, Path::new("/dev/full")).unwrap();
        let written = (0..200).try_for_each(|_| process.write_frame(&mut vec![100; 320 * 180 * 3 / 2]));
        let error = written.and_then(|()| process.finish().map(drop)).unwrap_err();
        assert!(matches!(error, FilmError::DiskFull(_)), "{error}");
    }

    #[test]
    fn silence_is_not_progress_and_neither_is_repetition() {
        let folder = tempfile::tempdir().unwrap();
        let repeats = "while :; do echo frame=1; echo progress=continue; sleep 0.05; done";
        for script in ["exec sleep 60", repeats] {
            let ffmpeg = fake_ffmpeg(folder.path(), script);
            let started = Instant::now();
            let process = Process::start(&ffmpeg, Arguments::new(), false, Path::new("out.mp4")).unwrap();
            let id = process.id();
            let error = process.finish().unwrap_err();
            assert!(matches!(error, FilmError::Stuck { idle, .. } if idle >= ffmpeg.idle_timeout), "{error}");
            assert!(error.is_transient());
            assert!(started.elapsed() < Duration::from_secs(5) && !alive(id));
        }
    }

    #[test]
    fn slow_work_that_moves_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let script = "for i in 1 2 3 4 5 6; do echo frame=$i; echo progress=continue; sleep 0.1; done";
        let ffmpeg = fake_ffmpeg(folder.path(), script);
        ffmpeg.run(Arguments::new(), Path::new("out.mp4")).unwrap();
    }

    #[test]
    fn a_dropped_process_is_killed_and_collected() {
        let folder = tempfile::tempdir().unwrap();
        let mut ffmpeg = fake_ffmpeg(folder.path(), "exec sleep 60");
        ffmpeg.idle_timeout = Duration::from_secs(60);
        let process = Process::start(&ffmpeg, Arguments::new(), true, Path::new("out.mp4")).unwrap();
        let id = process.id();
        assert!(alive(id));
        drop(process);
        assert!(!alive(id));
    }

    #[test]
    fn long_reports_are_cut_at_a_line() {
        let said = format!("{}\nlast line", "ä".repeat(3000));
        assert_eq!(quote(&said), "last line");
        assert_eq!(quote("  short \n"), "short");
    }
}
