//! Joins clips and soundtrack to a film by copying: nothing is encoded again.
//!
//! # Cost
//! 0.01 CPU s per second of film: reading and writing its bytes twice, the second time to move the index to
//! the front, so that a browser can play before it has everything.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use film_captions::Chapter;
use film_vocabulary::line;
use serde::{Deserialize, Serialize};

use crate::encoder::TIMESCALE;
use crate::error::FilmError;
use crate::ffmpeg::arguments::Arguments;
use crate::ffmpeg::program::Ffmpeg;
use crate::part_file::PartFile;

/// The parts of a film, and its metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StitchJob {
    /// Clips in the film's order, all of one [`VideoFormat`](crate::VideoFormat).
    pub clips: Vec<PathBuf>,
    /// The soundtrack, as [`make_soundtrack`](crate::soundtrack::make_soundtrack) writes it.
    pub sound: PathBuf,
    /// The film's title, as players show it. What cannot stand in one line is left out of the file.
    pub title: String,
    /// BCP 47 language of the narration, for example `en` or `pt-BR`.
    pub language: String,
    /// Chapters that players offer; without any the film has no chapter track.
    pub chapters: Vec<Chapter>,
}

/// What [`stitch`] made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StitchReport {
    /// Size of the film, in bytes.
    pub bytes: u64,
}

/// Joins clips and soundtrack to an MP4 file with its index at the front.
///
/// # Errors
/// [`FilmError::Invalid`] without clips or for a path that FFmpeg's list cannot hold; [`FilmError::Ffmpeg`],
/// [`FilmError::Failed`] or [`FilmError::Stuck`] if FFmpeg does not finish; [`FilmError::DiskFull`] or [`FilmError::Io`]
/// for the disk. `out` exists only after success.
pub fn stitch(job: &StitchJob, ffmpeg: &Ffmpeg, out: &Path) -> Result<StitchReport, FilmError> {
    if job.clips.is_empty() {
        return Err(FilmError::Invalid("a film needs at least one clip".into()));
    }
    let list = SidecarFile::write(out, ".list", &list_text(&job.clips)?)?;
    let chapters = SidecarFile::write(out, ".chapters", &chapters_text(&job.chapters))?;
    let file = PartFile::of(out);
    // A title with a NUL could not be an argument of a program at all.
    let title = format!("title={}", line::sanitized(&job.title).unwrap_or_default());
    let language = format!("language={}", iso_639_2(&job.language));
    let arguments = Arguments::new()
        .text(&["-f", "concat", "-safe", "0", "-i"])
        .path(&list.0)
        .text(&["-i"])
        .path(&job.sound)
        .text(&["-f", "ffmetadata", "-i"])
        .path(&chapters.0)
        .text(&["-map", "0:v:0", "-map", "1:a:0", "-c", "copy", "-map_chapters", "2"])
        // Not `-map_metadata -1` alone, which would remove the chapters' titles too.
        .text(&["-map_metadata:g", "-1", "-map_metadata:s", "-1"])
        // Without the encoder's name and version the same parts make the same film, byte by byte.
        .text(&["-fflags", "+bitexact"])
        .text(&["-metadata", &title, "-metadata:s:a:0", &language, "-metadata:s:v:0", &language])
        .text(&["-movflags", "+faststart"])
        .text(&["-video_track_timescale", TIMESCALE, "-movie_timescale", TIMESCALE, "-f", "mp4"])
        .path(file.path());
    ffmpeg.run(arguments, out)?;
    let bytes = file.finish()?;
    Ok(StitchReport { bytes })
}

/// A temporary file beside the film that FFmpeg reads; removed on drop.
struct SidecarFile(PathBuf);

impl SidecarFile {
    fn write(out: &Path, ending: &str, text: &str) -> Result<Self, FilmError> {
        let mut name = out.file_name().unwrap_or_default().to_owned();
        name.push(ending);
        let beside = Self(out.with_file_name(name));
        let mut file = fs::File::create(&beside.0).map_err(|e| FilmError::io(&beside.0, e))?;
        file.write_all(text.as_bytes()).map_err(|e| FilmError::io(&beside.0, e))?;
        Ok(beside)
    }
}

impl Drop for SidecarFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Chapters in FFmpeg's metadata format.
fn chapters_text(chapters: &[Chapter]) -> String {
    let mut text = String::from(";FFMETADATA1\n");
    for Chapter { title, start_ms, end_ms } in chapters {
        text.push_str(&format!("[CHAPTER]\nTIMEBASE=1/1000\nSTART={start_ms}\nEND={end_ms}\ntitle="));
        for c in title.chars() {
            // The format's own signs are escaped; a line's end would end the title.
            match c {
                '=' | ';' | '#' | '\\' => text.extend(['\\', c]),
                c if c.is_control() => text.push(' '),
                c => text.push(c),
            }
        }
        text.push('\n');
    }
    text
}

/// The concat demuxer's list of files.
fn list_text(clips: &[PathBuf]) -> Result<String, FilmError> {
    let mut text = String::from("ffconcat version 1.0\n");
    for clip in clips {
        // Relative paths would be sought beside the list.
        let path = std::path::absolute(clip).map_err(|e| FilmError::io(clip, e))?;
        let name = path.to_str().filter(|name| !name.contains('\n'));
        let name = name.ok_or_else(|| FilmError::Invalid(format!("{} cannot be listed", path.display())))?;
        // Within single quotes everything is literal, except the quote.
        text.push_str(&format!("file '{}'\n", name.replace('\'', r"'\''")));
    }
    Ok(text)
}

/// MP4 knows languages by three letters only (ISO 639-2/T); `und` is "undetermined".
fn iso_639_2(language: &str) -> &str {
    let primary = language.split(['-', '_']).next().unwrap_or_default();
    if primary.len() == 3 && primary.bytes().all(|b| b.is_ascii_lowercase()) {
        return primary;
    }
    match primary {
        "ar" => "ara",
        "as" => "asm",
        "bn" => "ben",
        "cs" => "ces",
        "de" => "deu",
        "el" => "ell",
        "en" => "eng",
        "es" => "spa",
        "fa" => "fas",
        "fr" => "fra",
        "gu" => "guj",
        "he" => "heb",
        "hi" => "hin",
        "id" => "ind",
        "it" => "ita",
        "ja" => "jpn",
        "kn" => "kan",
        "ko" => "kor",
        "la" => "lat",
        "ml" => "mal",
        "mr" => "mar",
        "ne" => "nep",
        "nl" => "nld",
        "or" => "ori",
        "pa" => "pan",
        "pl" => "pol",
        "pt" => "por",
        "ro" => "ron",
        "ru" => "rus",
        "sa" => "san",
        "si" => "sin",
        "sv" => "swe",
        "sw" => "swa",
        "ta" => "tam",
        "te" => "tel",
        "th" => "tha",
        "tr" => "tur",
        "uk" => "ukr",
        "ur" => "urd",
        "vi" => "vie",
        "zh" => "zho",
        _ => "und",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_in_names_are_escaped() {
        let text = list_text(&[PathBuf::from("/films/it's.mp4")]).unwrap();
        assert_eq!(text, "ffconcat version 1.0\nfile '/films/it'\\''s.mp4'\n");
        assert!(list_text(&[PathBuf::from("/films/a\nb.mp4")]).is_err());
    }

    #[test]
    fn titles_cannot_end_their_chapter() {
        let chapter = Chapter { title: "a=b; #1\n[CHAPTER]".into(), start_ms: 0, end_ms: 12_000 };
        let wanted =
            ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=12000\ntitle=a\\=b\\; \\#1 [CHAPTER]\n";
        assert_eq!(chapters_text(&[chapter]), wanted);
    }

    #[test]
    fn languages_get_three_letters() {
        let given = ["en", "pt-BR", "hi", "san", "xx", ""];
        assert_eq!(given.map(iso_639_2), ["eng", "por", "hin", "san", "und", "und"]);
    }
}
