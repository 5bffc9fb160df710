//! The compositions: one function for each kind of picture, in files by what they show.
//!
//! Each takes a [`Setting`](crate::setting::Setting) and gives a [`Scene`](crate::setting::Scene). The page of
//! [`kind`](crate::kind) says how to add one.

pub(crate) mod fields;
pub(crate) mod interiors;
pub(crate) mod lands;
pub(crate) mod patterns;
pub(crate) mod sanctuaries;
pub(crate) mod seasons;
pub(crate) mod still_life;
pub(crate) mod waters;
pub(crate) mod woods;
