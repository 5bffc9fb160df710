//! The compositions, one function a kind.

pub(crate) mod fields;
pub(crate) mod interiors;
pub(crate) mod lands;
pub(crate) mod patterns;
pub(crate) mod sanctuaries;
pub(crate) mod seasons;
pub(crate) mod still_life;
pub(crate) mod waters;
pub(crate) mod woods;
