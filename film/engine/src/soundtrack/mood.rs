//! The moods of generated music: mode, chords and instruments.

use film_vocabulary::Tradition;
use serde::{Deserialize, Serialize};

use crate::rng::SeededRng;

/// Mode and instruments of a pad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mood {
    /// Open major chords, for morning, thanks and praise.
    Serene,
    /// The Dorian mode: quiet, neither glad nor sad.
    Contemplative,
    /// Minor chords, for lament, night and repentance.
    Solemn,
    /// Tonic and fifth sound throughout, as from a tanpura.
    Drone,
    /// The mode called Hijaz or Ahava Rabbah, over a drone and without bells.
    Longing,
}

impl Mood {
    /// The mood that fits a tradition; where several do, the seed chooses.
    ///
    /// Islamic films get no bells, which the tradition associates with worship it does not share, and Jewish
    /// ones share their mode.
    pub fn of(tradition: Tradition, seed: u64) -> Self {
        let fitting: &[Self] = match tradition {
            Tradition::Universal => &[Self::Serene, Self::Contemplative, Self::Drone],
            Tradition::Christian => &[Self::Serene, Self::Contemplative, Self::Solemn],
            Tradition::Hindu | Tradition::Sikh => &[Self::Drone],
            Tradition::Islamic | Tradition::Jewish => &[Self::Longing],
            Tradition::Buddhist => &[Self::Drone, Self::Contemplative],
        };
        fitting[SeededRng::new(seed).pick(fitting.len())]
    }

    /// Chords as four notes, in semitones above the tonic.
    pub(super) fn chords(self) -> [[i8; 4]; 5] {
        match self {
            Self::Serene => {
                [[0, 7, 14, 16], [-3, 4, 12, 16], [-7, 5, 12, 16], [-5, 2, 7, 14], [0, 7, 12, 19]]
            }
            Self::Contemplative => {
                [[0, 7, 10, 15], [-7, 5, 9, 14], [-2, 5, 10, 14], [3, 7, 12, 14], [0, 7, 12, 14]]
            }
            Self::Solemn => {
                [[0, 7, 12, 15], [-4, 3, 8, 12], [3, 10, 15, 19], [-2, 5, 10, 14], [-7, 0, 8, 12]]
            }
            Self::Drone => [[0, 7, 12, 16], [0, 7, 14, 19], [0, 7, 9, 16], [0, 7, 12, 14], [0, 7, 12, 19]],
            Self::Longing => [[0, 7, 12, 16], [0, 8, 13, 17], [0, 7, 10, 16], [0, 5, 8, 13], [0, 7, 12, 19]],
        }
    }

    pub(super) fn has_bells(self) -> bool {
        !matches!(self, Self::Longing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moods_follow_traditions() {
        assert!((0..20).all(|seed| !Mood::of(Tradition::Islamic, seed).has_bells()));
        assert_eq!(Mood::of(Tradition::Hindu, 3), Mood::Drone);
        assert_eq!(Mood::of(Tradition::Universal, 3), Mood::of(Tradition::Universal, 3));
    }
}
