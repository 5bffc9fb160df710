//! The marks of single scripts, as each script's reader needs them, and runs of another script.

pub(crate) mod arabic;
pub(crate) mod arabic_signs;
pub(crate) mod ethiopic;
pub(crate) mod hebrew;
pub(crate) mod hebrew_letters;
pub(crate) mod hebrew_numbers;
pub(crate) mod indic;
pub(crate) mod other;
