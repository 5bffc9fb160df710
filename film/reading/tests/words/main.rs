//! What is said instead of what is written: references, numbers, abbreviations and names, by kind and language. The
//! right-hand sides were heard in the phonemes of espeak-ng's voice of each language.

mod abbreviations;
mod numbers;
mod plain_texts;
mod references;
mod said;
