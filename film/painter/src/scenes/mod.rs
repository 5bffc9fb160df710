//! The compositions: one function for each kind of picture, in files by what they show.
//!
//! Each takes a [`Setting`](crate::setting::Setting) and gives a [`Scene`](crate::setting::Scene). The page of
//! [`kind`](crate::kind) says how to add one.

pub(crate) mod bhakti;
pub(crate) mod dwellings;
pub(crate) mod emblems;
pub(crate) mod exodus;
pub(crate) mod feathers;
pub(crate) mod fields;
pub(crate) mod gates;
pub(crate) mod ghats;
pub(crate) mod harbours;
pub(crate) mod interiors;
pub(crate) mod lands;
pub(crate) mod mace;
pub(crate) mod mosques;
pub(crate) mod patterns;
pub(crate) mod rooms;
pub(crate) mod sanctuaries;
pub(crate) mod seasons;
pub(crate) mod shelters;
pub(crate) mod shores;
pub(crate) mod signs;
pub(crate) mod skies;
pub(crate) mod stable;
pub(crate) mod still_life;
pub(crate) mod tables;
pub(crate) mod thresholds;
pub(crate) mod vineyard;
pub(crate) mod voyages;
pub(crate) mod waters;
pub(crate) mod wedding;
pub(crate) mod woods;
