//! Reads text aloud with the espeak-ng library: requests on standard input, answers on standard output.
//!
//! ```text
//! espeak-pipe <libespeak-ng.so> [<folder that holds espeak-ng-data>]
//! ```
//!
//! espeak-ng is licensed under the GPL, version 3 or later. It is therefore never linked with the product, which
//! starts this program and talks to it through a pipe (see [`film_narrator::espeak::protocol`]); the library itself
//! is found when the program runs. Going through the library rather than the `espeak-ng` command gives the exact
//! sample at which each word begins, and works where only the library can be had (a wheel, no root).

// Calling a C library is the purpose of this program; nothing else in the crate may.
#![allow(unsafe_code)]

use std::cell::RefCell;
use std::ffi::{CStr, CString, c_char, c_int, c_short, c_uint, c_void};
use std::io::{self, BufRead, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::ExitCode;
use std::ptr;

use film_narrator::espeak::protocol::{EspeakWord, Reply, Request, Spelling, TIE};
use libloading::{Library, Symbol};

// Constants and layouts of espeak-ng's `speak_lib.h`, unchanged since its API revision 12 (version 1.50).
const AUDIO_OUTPUT_SYNCHRONOUS: c_int = 2;
const INITIALIZE_PHONEME_EVENTS: c_int = 1;
const INITIALIZE_PHONEME_IPA: c_int = 2;
const INITIALIZE_DONT_EXIT: c_int = 0x8000;
const PHONEMES_IPA: c_int = 2;
const PHONEMES_TIE: c_int = 0x80;
const CHARS_UTF8: c_uint = 1;
const POSITION_CHARACTER: c_int = 1;
const PARAMETER_RATE: c_int = 1;
const EVENT_LIST_TERMINATED: c_int = 0;
const EVENT_WORD: c_int = 1;
const EVENT_END: c_int = 5;
const EVENT_PHONEME: c_int = 7;

#[repr(C)]
struct Event {
    kind: c_int,
    unique_identifier: c_uint,
    /// Position of the word in the text, in characters from 1.
    text_position: c_int,
    length: c_int,
    audio_position: c_int,
    sample: c_int,
    user_data: *mut c_void,
    /// For a phoneme its name in UTF-8, without a final zero when it fills all eight bytes.
    id: [u8; 8],
}

type Callback = unsafe extern "C" fn(*mut c_short, c_int, *mut Event) -> c_int;
type Synth = unsafe extern "C" fn(
    *const c_void,
    usize,
    c_uint,
    c_int,
    c_uint,
    c_uint,
    *mut c_uint,
    *mut c_void,
) -> c_int;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let Some(library) = arguments.next() else {
        eprintln!("usage: espeak-pipe <libespeak-ng.so> [<folder that holds espeak-ng-data>]");
        return ExitCode::from(2);
    };
    let data = arguments.next();
    match Espeak::open(Path::new(&library), data.as_deref().map(Path::new)).and_then(|espeak| serve(&espeak))
    {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("espeak-pipe: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Answers requests until standard input is closed.
fn serve(espeak: &Espeak) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let answer = serde_json::from_str(&line?)
            .map_err(|error| error.to_string())
            .and_then(|request: Request| espeak.read(&request));
        let (reply, samples) = match answer {
            Ok(reading) => {
                let Reading { samples, words, .. } = reading;
                (Reply::Read { sample_rate: espeak.sample_rate, samples: samples.len(), words }, samples)
            }
            Err(reason) => (Reply::Refused(reason), Vec::new()),
        };
        serde_json::to_writer(&mut out, &reply)?;
        out.write_all(b"\n")?;
        let bytes: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        out.write_all(&bytes)?;
        out.flush()?;
    }
    Ok(())
}

/// What the callback collects while the library speaks.
#[derive(Default)]
struct Reading {
    samples: Vec<i16>,
    words: Vec<EspeakWord>,
    /// False once the clause of the last word has ended; what follows is a pause.
    word_open: bool,
}

thread_local! {
    // In synchronous mode the library calls back on the thread that asked it to speak.
    static READING: RefCell<Reading> = RefCell::default();
}

unsafe extern "C" fn on_audio(samples: *mut c_short, count: c_int, mut events: *mut Event) -> c_int {
    READING.with_borrow_mut(|reading| {
        if !samples.is_null() && count > 0 {
            // SAFETY: the library passes `count` samples that live during the call.
            let heard = unsafe { std::slice::from_raw_parts(samples, count.unsigned_abs() as usize) };
            reading.samples.extend_from_slice(heard);
        }
        // SAFETY: the list of events ends with one of kind zero.
        while let Some(event) = unsafe { events.as_ref() }.filter(|event| event.kind != EVENT_LIST_TERMINATED)
        {
            reading.add_event(event);
            events = events.wrapping_add(1);
        }
    });
    0
}

impl Reading {
    fn add_event(&mut self, event: &Event) {
        let sample = usize::try_from(event.sample).unwrap_or(0);
        match event.kind {
            EVENT_WORD => {
                self.end_word(sample);
                self.words.push(EspeakWord {
                    character: usize::try_from(event.text_position - 1).unwrap_or(0),
                    start: sample,
                    end: sample,
                    phonemes: String::new(),
                });
                self.word_open = true;
            }
            EVENT_END => self.end_word(sample),
            EVENT_PHONEME if self.word_open => {
                let name = event.id.split(|byte| *byte == 0).next().unwrap_or_default();
                // A name cut in the middle of a character loses that character.
                let name = String::from_utf8_lossy(name);
                if let Some(word) = self.words.last_mut() {
                    word.phonemes.extend(name.chars().filter(|c| *c != char::REPLACEMENT_CHARACTER));
                }
            }
            _ => {}
        }
    }

    fn end_word(&mut self, sample: usize) {
        if let Some(word) = self.words.last_mut().filter(|_| self.word_open) {
            word.end = sample.max(word.start);
        }
        self.word_open = false;
    }
}

struct Espeak {
    library: Library,
    sample_rate: u32,
}

impl Espeak {
    fn open(library: &Path, data: Option<&Path>) -> io::Result<Self> {
        // SAFETY: the caller names the espeak-ng library, whose initialisers do nothing but set up its own state.
        let library = unsafe { Library::new(library) }.map_err(io::Error::other)?;
        let data = data.map(|path| CString::new(path.as_os_str().as_bytes())).transpose()?;
        let options = INITIALIZE_PHONEME_EVENTS | INITIALIZE_PHONEME_IPA | INITIALIZE_DONT_EXIT;
        // SAFETY: signatures as in `speak_lib.h`; the path outlives the call, and the callback is a static function.
        let rate = unsafe {
            type Initialize = unsafe extern "C" fn(c_int, c_int, *const c_char, c_int) -> c_int;
            let initialize: Symbol<Initialize> =
                library.get(b"espeak_Initialize").map_err(io::Error::other)?;
            let set_callback: Symbol<unsafe extern "C" fn(Callback)> =
                library.get(b"espeak_SetSynthCallback").map_err(io::Error::other)?;
            let path = data.as_ref().map_or(ptr::null(), |path| path.as_ptr());
            let rate = initialize(AUDIO_OUTPUT_SYNCHRONOUS, 0, path, options);
            set_callback(on_audio);
            rate
        };
        let sample_rate = u32::try_from(rate)
            .ok()
            .filter(|rate| *rate > 0)
            .ok_or_else(|| io::Error::other("espeak-ng did not find its data (espeak-ng-data)"))?;
        Ok(Self { library, sample_rate })
    }

    fn read(&self, request: &Request) -> Result<Reading, String> {
        let text = CString::new(request.text.as_str()).map_err(|error| error.to_string())?;
        self.select_voice(&request.voice, request.rate)?;
        READING.take();
        // SAFETY: signature as in `speak_lib.h`; the text is zero-terminated, and its length says so.
        let code = unsafe {
            let synth: Symbol<Synth> =
                self.library.get(b"espeak_Synth").map_err(|error| error.to_string())?;
            let bytes = text.as_bytes_with_nul().len();
            let (identifier, user_data) = (ptr::null_mut(), ptr::null_mut());
            synth(text.as_ptr().cast(), bytes, 0, POSITION_CHARACTER, 0, CHARS_UTF8, identifier, user_data)
        };
        if code != 0 {
            return Err(format!("espeak-ng could not speak (code {code})"));
        }
        let mut reading = READING.take();
        reading.end_word(reading.samples.len());
        // The events name each sound but leave out length and tone marks; the phoneme translation has them, with
        // one group of sounds a word. It is taken whenever the two agree on the number of words.
        let phonemes = self.phonemes(&text, request.spelling)?;
        if phonemes.len() == reading.words.len() {
            for (word, phonemes) in reading.words.iter_mut().zip(phonemes) {
                word.phonemes = phonemes;
            }
        }
        Ok(reading)
    }

    fn select_voice(&self, voice: &str, rate: u32) -> Result<(), String> {
        let name = CString::new(voice).map_err(|error| error.to_string())?;
        // SAFETY: signatures as in `speak_lib.h`; the name outlives the call.
        let code = unsafe {
            let set_voice: Symbol<unsafe extern "C" fn(*const c_char) -> c_int> =
                self.library.get(b"espeak_SetVoiceByName").map_err(|error| error.to_string())?;
            let set_parameter: Symbol<unsafe extern "C" fn(c_int, c_int, c_int) -> c_int> =
                self.library.get(b"espeak_SetParameter").map_err(|error| error.to_string())?;
            set_parameter(PARAMETER_RATE, c_int::try_from(rate).unwrap_or(c_int::MAX), 0);
            set_voice(name.as_ptr())
        };
        if code == 0 { Ok(()) } else { Err(format!("espeak-ng has no voice {voice}")) }
    }

    /// The phonemes of each word, in order.
    fn phonemes(&self, text: &CStr, spelling: Spelling) -> Result<Vec<String>, String> {
        type TextToPhonemes = unsafe extern "C" fn(*mut *const c_void, c_int, c_int) -> *const c_char;
        let mode = match spelling {
            Spelling::Ipa => PHONEMES_IPA | PHONEMES_TIE | ((TIE as c_int) << 8),
            Spelling::Names => ('_' as c_int) << 8,
        };
        let mut rest: *const c_void = text.as_ptr().cast();
        let mut words = Vec::new();
        // SAFETY: signature as in `speak_lib.h`. Each call reads one clause, moves `rest` behind it (null at the
        // end) and returns a zero-terminated string that stays valid until the next call.
        unsafe {
            let translate: Symbol<TextToPhonemes> =
                self.library.get(b"espeak_TextToPhonemes").map_err(|error| error.to_string())?;
            while !rest.is_null() {
                let clause = translate(&raw mut rest, CHARS_UTF8 as c_int, mode);
                if !clause.is_null() {
                    let clause = CStr::from_ptr(clause).to_string_lossy();
                    words.extend(without_language_marks(&clause).split_whitespace().map(str::to_owned));
                }
            }
        }
        Ok(words)
    }
}

/// Removes marks such as `(en)`, which espeak-ng writes where it changes to another language's rules for a foreign word.
fn without_language_marks(clause: &str) -> String {
    let mut depth = 0_u32;
    clause
        .chars()
        .filter(|c| {
            match c {
                '(' => depth += 1,
                ')' => {
                    depth = depth.saturating_sub(1);
                    return false;
                }
                _ => {}
            }
            depth == 0
        })
        .collect()
}
