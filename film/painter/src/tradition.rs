//! What a tradition permits in a picture.

use film_vocabulary::Tradition;

/// What may appear. Symbols of one tradition never appear in another's pictures, whatever the words say.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Permits {
    /// People and animals, even small and far.
    pub(crate) figures: bool,
    /// Lotus flowers on water.
    pub(crate) lotus: bool,
    /// A cross on a spire.
    pub(crate) cross: bool,
    /// The seven-branched lamp, and two candles for the Sabbath.
    pub(crate) menorah: bool,
    /// Pattern of six-pointed stars rather than eight.
    pub(crate) six_fold: bool,
    /// How arches are drawn up: 0 round … 1 sharply pointed.
    pub(crate) arch_point: f32,
}

impl Permits {
    pub(crate) fn of(tradition: Tradition) -> Self {
        use Tradition::{Buddhist, Christian, Hindu, Islamic, Jewish, Sikh};
        Self {
            figures: !tradition.is_aniconic(),
            lotus: matches!(tradition, Hindu | Buddhist | Sikh),
            cross: tradition == Christian,
            menorah: tradition == Jewish,
            six_fold: tradition == Jewish,
            arch_point: match tradition {
                Christian => 0.75,
                Islamic => 1.0,
                Hindu | Sikh => 0.45,
                _ => 0.0,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aniconic_traditions_get_no_figures_and_symbols_stay_with_their_own() {
        use Tradition::{Buddhist, Christian, Hindu, Islamic, Jewish, Sikh, Universal};
        // Tradition, figures, lotus, cross, menorah.
        let table = [
            (Universal, true, false, false, false),
            (Christian, true, false, true, false),
            (Hindu, true, true, false, false),
            (Buddhist, true, true, false, false),
            (Islamic, false, false, false, false),
            (Jewish, false, false, false, true),
            (Sikh, false, true, false, false),
        ];
        for (tradition, figures, lotus, cross, menorah) in table {
            let permits = Permits::of(tradition);
            assert_eq!(
                (permits.figures, permits.lotus, permits.cross, permits.menorah),
                (figures, lotus, cross, menorah),
                "{tradition:?}"
            );
        }
    }
}
