//! The times of written words from those of the words that were spoken for them.

use std::ops::Range;

use crate::words;

/// A word that was heard.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Heard {
    /// Byte range of the text that it stands for.
    pub(crate) written: Range<usize>,
    /// Seconds from the start of the speech.
    pub(crate) start: f64,
    /// Seconds from the start of the speech.
    pub(crate) end: f64,
}

/// Every word of a text with its time, from what was heard, in the order of the speech.
///
/// A stretch that was read in other words shares its time among its written words. A word of which nothing was heard
/// begins and ends where the word before it ends.
pub(crate) fn times(text: &str, heard: Vec<Heard>) -> Vec<Heard> {
    let written = words::word_spans(text);
    let stretches = stretches(heard);
    let mut times: Vec<Heard> = Vec::with_capacity(written.len());
    let mut next = 0;
    while next < written.len() {
        let word = &written[next];
        let now = times.last().map_or(0.0, |word| word.end);
        let mut own = stretches.iter().filter(|stretch| overlap(&stretch.written, word));
        let Some(first) = own.next() else {
            times.push(Heard { written: word.clone(), start: now, end: now });
            next += 1;
            continue;
        };
        // Words that the same stretch covers share its time; one that several stretches cover has all of theirs.
        let end = own.next_back().map_or(first.end, |last| last.end);
        let count = written[next..].iter().take_while(|word| overlap(&first.written, word)).count();
        let shares = words::divide_time(text, &written[next..next + count], first.start, end);
        let shares = written[next..next + count].iter().zip(shares);
        times.extend(shares.map(|(word, (start, end))| Heard { written: word.clone(), start, end }));
        next += count;
    }
    times
}

fn overlap(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start < other.end && other.start < one.end
}

/// What was heard, in the order of the text, with what overlaps joined to one.
fn stretches(mut heard: Vec<Heard>) -> Vec<Heard> {
    heard.retain(|word| !word.written.is_empty());
    heard.sort_by_key(|word| word.written.start);
    let mut stretches: Vec<Heard> = Vec::with_capacity(heard.len());
    for word in heard {
        match stretches.last_mut().filter(|last| last.written.end > word.written.start) {
            Some(last) => {
                last.written.end = last.written.end.max(word.written.end);
                last.start = last.start.min(word.start);
                last.end = last.end.max(word.end);
            }
            None => stretches.push(word),
        }
    }
    stretches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(written: Range<usize>, start: f64, end: f64) -> Heard {
        Heard { written, start, end }
    }

    #[test]
    fn words_that_are_read_as_written_keep_their_times() {
        let spoken = vec![heard(0..2, 0.1, 0.2), heard(3..6, 0.25, 0.5)];
        assert_eq!(times("Be not!", spoken.clone()), spoken);
    }

    #[test]
    fn a_stretch_shares_its_time_among_its_written_words() {
        // `Ps 46` is read in three words.
        let spoken =
            vec![heard(0..5, 0.0, 0.4), heard(0..5, 0.4, 0.8), heard(0..5, 0.8, 1.0), heard(6..8, 1.0, 1.2)];
        let expected = [heard(0..2, 0.0, 0.5), heard(3..5, 0.5, 1.0), heard(6..8, 1.0, 1.2)];
        assert_eq!(times("Ps 46 is", spoken), expected);
    }

    #[test]
    fn a_word_that_is_not_read_takes_no_time() {
        let spoken = vec![heard(0..4, 0.0, 0.4), heard(11..15, 0.5, 0.9)];
        let expected = [heard(0..4, 0.0, 0.4), heard(6..9, 0.4, 0.4), heard(11..15, 0.5, 0.9)];
        assert_eq!(times("Amen [two] amen", spoken), expected);
    }

    #[test]
    fn a_word_that_is_heard_in_parts_lasts_through_all_of_them() {
        let spoken = vec![heard(0..2, 0.0, 0.2), heard(2..6, 0.2, 0.6)];
        assert_eq!(times("unload", spoken), [heard(0..6, 0.0, 0.6)]);
    }
}
