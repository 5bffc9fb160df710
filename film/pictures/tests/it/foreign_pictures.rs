//! Files of the corpus with anything changed: each is decoded to the exact size or refused, and the program neither
//! hangs nor leaves its limits. `make test` tries some hundreds, `make fuzz` as many as `PROPTEST_CASES` says.

use std::sync::LazyLock;

use film_pictures::{MEMORY_LIMIT, MOST_HEADER_BYTES, PipeError, probe};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::corpus::{Sample, all};
use crate::support::fill;

/// Made once for all cases.
static SAMPLES: LazyLock<Vec<Sample>> = LazyLock::new(all);

/// A change to a file.
#[derive(Clone, Debug)]
enum Mutation {
    /// One byte becomes another.
    Replace(Index, u8),
    /// A number of two or four bytes becomes one of those that parsers stumble over.
    Number(Index, u32, bool),
    /// Bytes are taken out.
    Remove(Index, Index),
    /// Bytes are copied to another place.
    Copy(Index, Index, Index),
    /// Bytes are put in.
    Insert(Index, Vec<u8>),
    /// The end is cut off.
    Truncate(Index),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let at = any::<Index>;
    let number = prop::sample::select(vec![0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0xffff_ffff]);
    prop_oneof![
        6 => (at(), any::<u8>()).prop_map(|(at, byte)| Mutation::Replace(at, byte)),
        3 => (at(), number, any::<bool>()).prop_map(|(at, n, is_long)| Mutation::Number(at, n, is_long)),
        1 => (at(), at()).prop_map(|(from, to)| Mutation::Remove(from, to)),
        1 => (at(), at(), at()).prop_map(|(from, to, into)| Mutation::Copy(from, to, into)),
        1 => (at(), prop::collection::vec(any::<u8>(), 1..20)).prop_map(|(at, bytes)| Mutation::Insert(at, bytes)),
        1 => at().prop_map(Mutation::Truncate),
    ]
}

fn mutate(file: &mut Vec<u8>, mutation: &Mutation) {
    let place = |index: &Index, file: &[u8]| index.index(file.len() + 1);
    match mutation {
        Mutation::Replace(at, byte) => {
            let at = place(at, file);
            if let Some(old) = file.get_mut(at) {
                *old = *byte;
            }
        }
        Mutation::Number(at, number, is_long) => {
            let at = place(at, file);
            let bytes = number.to_be_bytes();
            let bytes = if *is_long { &bytes[..] } else { &bytes[2..] };
            for (old, new) in file.iter_mut().skip(at).zip(bytes) {
                *old = *new;
            }
        }
        Mutation::Remove(from, to) => {
            let (a, b) = (place(from, file), place(to, file));
            file.drain(a.min(b)..a.max(b));
        }
        Mutation::Copy(from, to, into) => {
            let (a, b, into) = (place(from, file), place(to, file), place(into, file));
            let copy = file[a.min(b)..a.max(b)].to_vec();
            file.splice(into..into, copy);
        }
        Mutation::Insert(at, bytes) => {
            let at = place(at, file);
            file.splice(at..at, bytes.iter().copied());
        }
        Mutation::Truncate(at) => {
            let at = place(at, file);
            file.truncate(at);
        }
    }
}

proptest! {
    #[test]
    fn a_changed_file_is_decoded_or_refused_within_the_limits(
        which in any::<Index>(), mutations in prop::collection::vec(mutation(), 1..6),
    ) {
        let mut file = which.get(&SAMPLES).file.clone();
        for mutation in &mutations {
            mutate(&mut file, mutation);
        }
        match fill(&file, 33, 21) {
            Ok(picture) => {
                prop_assert_eq!(picture.rgb.len(), 33 * 21 * 3);
                prop_assert!(picture.peak_bytes < MEMORY_LIMIT);
            }
            Err(PipeError::Refused { .. }) => {}
            Err(error) => prop_assert!(false, "{}", error),
        }
    }

    #[test]
    fn probing_the_start_of_a_file_agrees_with_probing_all_of_it(
        which in any::<Index>(), mutations in prop::collection::vec(mutation(), 0..6), end in any::<Index>(),
    ) {
        let mut file = which.get(&SAMPLES).file.clone();
        for mutation in &mutations {
            mutate(&mut file, mutation);
        }
        prop_assume!((file.len() as u64) < MOST_HEADER_BYTES);
        let start = &file[..end.index(file.len() + 1)];
        let (whole, first) = (probe(&file, file.len() as u64), probe(start, file.len() as u64));
        if first != Ok(film_pictures::Probe::NeedsMore) && start.len() >= 30 {
            prop_assert_eq!(first, whole);
        }
    }
}
