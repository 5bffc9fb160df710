//! Files that ask for far more than they have: the memory that decoding takes is bounded.

use std::io::Write;

use film_pictures::protocol::{Reply, Request};
use film_pictures::{Fit, MEMORY_LIMIT, PicturePipe, PipeError, Refusal};

use crate::corpus::ycc_jpeg;
use crate::flat_jpeg::FlatJpeg;
use crate::support::{fill, pipe, refusal};

/// A PNG of one colour that is as small as its format allows: about a thousandth of its pixels.
fn flat_png(
    width: u32,
    height: u32,
    colour: png::ColorType,
    depth: png::BitDepth,
    chunks: &[(&[u8; 4], Vec<u8>)],
) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(colour);
    encoder.set_depth(depth);
    encoder.set_filter(png::Filter::NoFilter);
    encoder.set_compression(png::Compression::High);
    let mut writer = encoder.write_header().unwrap();
    for (name, data) in chunks {
        writer.write_chunk(png::chunk::ChunkType(**name), data).unwrap();
    }
    let bytes = colour.samples() * usize::from(depth as u8 / 8);
    let row = vec![200; width as usize * bytes];
    let mut stream = writer.stream_writer_with_size(1 << 16).unwrap();
    for _ in 0..height {
        stream.write_all(&row).unwrap();
    }
    stream.finish().unwrap();
    drop(writer);
    file
}

fn rgb(width: u32, height: u32) -> Vec<u8> {
    flat_png(width, height, png::ColorType::Rgb, png::BitDepth::Eight, &[])
}

/// Decodes a picture to a film's frame, and prints the most memory that it took.
fn peak(name: &str, file: &[u8]) -> u64 {
    let picture = fill(file, 2208, 1242).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(picture.rgb.len(), 2208 * 1242 * 3, "{name}");
    eprintln!("{name}: {} bytes, peak {} MiB", file.len(), picture.peak_bytes >> 20);
    assert!(picture.peak_bytes > 0 && picture.peak_bytes < MEMORY_LIMIT, "{name}: {}", picture.peak_bytes);
    picture.peak_bytes
}

#[test]
fn a_line_of_pixels_is_refused_and_the_longest_picture_takes_little_memory() {
    // Scaled to cover a frame before it is cropped, 12,000 × 1 becomes 14,904,000 × 1,242 pixels: 55 GB.
    for (width, height) in [(12_000, 1), (1, 12_000), (20_000, 999), (21, 1)] {
        let refused = refusal(&rgb(width, height));
        assert_eq!(refused, Refusal::TooElongated { width, height });
        assert!(refused.to_string().contains("at most 20 times as long"), "{refused}");
    }
    // The longest that are allowed.
    for (width, height) in [(20, 1), (12_000, 600), (600, 12_000), (31_620, 1_581)] {
        let peak = peak(&format!("{width} × {height}"), &rgb(width, height));
        assert!(peak < 400 << 20, "{width} × {height}: {peak}");
    }
}

#[test]
fn the_largest_picture_is_decoded_within_the_limit_of_memory() {
    let sixteen = flat_png(10_000, 5_000, png::ColorType::Rgba, png::BitDepth::Sixteen, &[]);
    peak("50 megapixels of 16-bit RGBA", &sixteen);
    // Whole coefficients are held of a progressive file, and an even picture has no other file so small.
    let jpeg =
        FlatJpeg { frame: 0xc2, precision: 8, components: 4, segments: vec![crate::flat_jpeg::adobe(0)] };
    peak("50 megapixels of progressive CMYK", &jpeg.write(10_000, 5_000, |_, _| [90, 120, 150, 255]));
    let refused = refusal(&rgb(10_000, 5_001));
    assert_eq!(refused, Refusal::TooManyPixels { width: 10_000, height: 5_001 });
    assert!(refused.to_string().contains("at most 50 are allowed"), "{refused}");
}

#[test]
fn headers_that_promise_more_than_the_file_has_are_refused() {
    let jpeg = FlatJpeg { frame: 0xc0, precision: 8, components: 3, segments: Vec::new() };
    let small = jpeg.write(16, 16, |_, _| [128; 4]);
    let frame = small.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    for (size, name) in [([0xff; 4], "65,535 × 65,535"), ([0x1b, 0x58, 0x1b, 0x58], "7,000 × 7,000")] {
        let mut file = small.clone();
        file[frame + 5..frame + 9].copy_from_slice(&size);
        match fill(&file, 96, 64) {
            // Decoders fill what is missing with grey.
            Ok(picture) => assert!(picture.peak_bytes < MEMORY_LIMIT, "{name}"),
            Err(PipeError::Refused { .. }) => {}
            Err(error) => panic!("{name}: {error}"),
        }
    }
    let webp = b"RIFF\x16\0\0\0WEBPVP8L\x0a\0\0\0\x2f\xff\xff\xff\xff\0\0\0\0\0";
    assert!(matches!(refusal(webp), Refusal::TooManyPixels { width: 16_384, height: 16_384 }));
}

#[test]
fn a_profile_that_inflates_without_end_takes_no_more_memory_than_the_limit() {
    // 1 GiB of zeros in 1 MB, as a profile.
    let mut bomb = b"bomb\0\0".to_vec();
    let mut zlib = vec![0x78, 0x01];
    // Deflate: a fixed block of a zero, then repetitions of it 258 bytes long; see RFC 1951, 3.2.6.
    let mut bits = Vec::new();
    let mut push = |value: u32, length: u32, reversed: bool| {
        for i in 0..length {
            let bit = if reversed { value >> (length - 1 - i) } else { value >> i };
            bits.push((bit & 1) as u8);
        }
    };
    push(1, 1, false);
    push(1, 2, false);
    push(0x30, 8, true);
    for _ in 0..(1 << 30) / 258 {
        push(0xc5, 8, true);
        push(0, 5, true);
    }
    push(0, 7, true);
    zlib.extend(bits.chunks(8).map(|byte| byte.iter().rev().fold(0, |all, bit| all << 1 | bit)));
    bomb.extend(zlib);
    let file = flat_png(96, 64, png::ColorType::Rgb, png::BitDepth::Eight, &[(b"iCCP", bomb)]);
    match fill(&file, 96, 64) {
        Ok(picture) => {
            eprintln!("a profile of 1 GiB: peak {} MiB", picture.peak_bytes >> 20);
            assert!(picture.peak_bytes < MEMORY_LIMIT);
        }
        Err(PipeError::Refused { .. }) => {}
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn a_process_that_does_not_end_is_ended_and_the_picture_refused() {
    let sleeper = script("exec sleep 600");
    let pipe = PicturePipe { program: sleeper.1, wall_limit: std::time::Duration::from_millis(200) };
    let file = ycc_jpeg(0xc0, Vec::new());
    let error = pipe.fill(&file, 96, 64, Fit::Centre).await.unwrap_err();
    assert!(matches!(error, PipeError::Refused { refusal: Refusal::TooDemanding, .. }), "{error}");
}

#[tokio::test]
async fn the_end_of_a_process_says_whose_fault_it_was() {
    let file = ycc_jpeg(0xc0, Vec::new());
    for (end, refusal) in [
        ("kill -ABRT $$", Some(Refusal::TooDemanding)),
        ("kill -XCPU $$", Some(Refusal::TooDemanding)),
        ("kill -SEGV $$", Some(Refusal::Damaged)),
        ("exit 101", Some(Refusal::Damaged)),
        ("kill -KILL $$", None),
        ("exit 1", None),
    ] {
        let program = script(&format!("cat > /dev/null; echo so it ends >&2; {end}"));
        let pipe = PicturePipe { program: program.1, ..pipe() };
        match (pipe.fill(&file, 96, 64, Fit::Centre).await.unwrap_err(), refusal) {
            (PipeError::Refused { refusal: refused, messages }, Some(refusal)) => {
                assert_eq!((refused, messages.as_str()), (refusal, "so it ends"), "{end}");
            }
            (PipeError::Program { source, .. }, None) => {
                assert!(source.to_string().ends_with("it said: so it ends"), "{end}: {source}");
            }
            (error, _) => panic!("{end}: {error}"),
        }
    }
}

#[tokio::test]
async fn what_a_process_says_is_read_on_and_kept_in_part() {
    // More than a pipe holds, in words that would make other lines of a log.
    let talker =
        script("cat > /dev/null; printf 'one\\ntwo\\033[2J' >&2; head -c 1000000 /dev/zero >&2; exit 1");
    let pipe = PicturePipe { program: talker.1, ..pipe() };
    let error = pipe.fill(&ycc_jpeg(0xc0, Vec::new()), 96, 64, Fit::Centre).await.unwrap_err().to_string();
    assert!(error.contains("it said: one two [2J"), "{error}");
    assert!(error.len() < 4500 && !error.contains(char::is_control), "{} bytes", error.len());
}

#[tokio::test]
async fn a_program_that_decodes_nothing_is_noticed_before_the_first_picture() {
    pipe().check().await.unwrap();
    // As where the kernel refuses the filter of system calls.
    let program = script("echo 'picture-pipe: no filter' >&2; cat > /dev/null; exit 1");
    let error = PicturePipe { program: program.1, ..pipe() }.check().await.unwrap_err();
    assert!(matches!(error, PipeError::Program { .. }), "{error}");
    assert!(error.to_string().ends_with("it said: picture-pipe: no filter"), "{error}");
}

#[test]
fn the_memory_of_a_process_can_be_hidden_from_its_children() {
    film_pictures::hide_memory().unwrap();
    let behaviour = rustix::process::dumpable_behavior().unwrap();
    assert_eq!(behaviour, rustix::process::DumpableBehavior::NotDumpable);
}

#[test]
fn the_process_has_neither_files_nor_processes_nor_system_calls() {
    // The limits of the process while it waits for its input.
    let mut child = std::process::Command::new(pipe().program)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let limits = || std::fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
    let row = |name: &str| {
        let limits = limits();
        let line = limits.lines().find_map(|line| line.strip_prefix(name)).unwrap().to_owned();
        line.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    // Not at once, because the process has to start.
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    let status = || std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    // The filter of system calls is the last limit.
    while !status().contains("Seccomp:\t2\n") && std::time::Instant::now() < deadline {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    for line in ["Seccomp:\t2\n", "NoNewPrivs:\t1\n", "Threads:\t1\n"] {
        assert!(status().contains(line), "{line}: {}", status());
    }
    for (name, soft) in [
        ("Max open files", "0"),
        ("Max processes", "0"),
        ("Max core file size", "0"),
        ("Max cpu time", "30"),
        ("Max address space", &MEMORY_LIMIT.to_string()),
    ] {
        assert_eq!(row(name)[0], soft, "{name}");
    }
    child.stdin.take().unwrap().write_all(b"{}\n").unwrap();
    assert!(!child.wait().unwrap().success());
}

#[test]
fn a_refusal_is_answered_where_the_log_is_a_file_too() {
    let mut file = ycc_jpeg(0xc0, Vec::new());
    let scan = file.windows(2).position(|pair| pair == [0xff, 0xda]).unwrap();
    // A scan of components that the frame does not have: the decoder says so on the log.
    file[scan + 5] = 9;
    let log = tempfile::NamedTempFile::new().unwrap();
    let mut child = std::process::Command::new(pipe().program)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(log.reopen().unwrap())
        .spawn()
        .unwrap();
    let request = Request { width: 96, height: 64, fit: Fit::Centre, bytes: file.len() as u64 };
    let mut input = child.stdin.take().unwrap();
    input.write_all(format!("{}\n", serde_json::to_string(&request).unwrap()).as_bytes()).unwrap();
    input.write_all(&file).unwrap();
    drop(input);
    let answer = child.wait_with_output().unwrap();
    assert!(answer.status.success(), "{}", answer.status);
    let reply: Reply = serde_json::from_slice(&answer.stdout).unwrap();
    assert_eq!(reply.refusal, Some(Refusal::Damaged));
    assert!(!std::fs::read_to_string(log.path()).unwrap().is_empty());
}

/// An executable shell script in a folder that lives as long as the answer's first part.
fn script(text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("picture-pipe");
    std::fs::write(&path, format!("#!/bin/sh\nPATH=/usr/bin:/bin\n{text}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    (folder, path)
}
