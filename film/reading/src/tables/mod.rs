//! Tables of words and letters.

pub(crate) mod alphabets;
pub(crate) mod labels;
