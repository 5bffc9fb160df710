//! A source as it was pasted: its start and its lines.

/// The lines of a source without their ends, with the byte at which each begins.
pub(crate) fn lines(source: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = start(source);
    source[at..].split_inclusive('\n').flat_map(move |line| {
        let start = at;
        at += line.len();
        let line = line.strip_suffix('\n').unwrap_or(line);
        let line = line.strip_suffix('\r').unwrap_or(line);
        // A carriage return alone was a line end once.
        let mut within = start;
        line.split('\r').map(move |part| {
            let start = within;
            within += part.len() + 1;
            (start, part)
        })
    })
}

/// The byte after the mark that some programs write before UTF-8.
pub(crate) fn start(source: &str) -> usize {
    if source.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 }
}
