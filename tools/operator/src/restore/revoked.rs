//! Whether what an item stands for was ended after it was made.

use cloud::table::Item;
use identity::Revocation;
use jiff::Timestamp;

/// What a revocation means for an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Nothing: there is none, or the item was made after it.
    None,
    /// It has ended.
    Over,
    /// It ends at this time, which is still to come: a key that was replaced and is within its overlap.
    At(Timestamp),
}

impl End {
    /// When the item's credential or membership ends by this revocation, seen from `now`. An item that does not say
    /// when it was made counts as ended.
    pub fn of(item: &Item, revocation: Option<&Revocation>, now: Timestamp) -> Self {
        let Some(Revocation { revoked_at, .. }) = revocation else { return Self::None };
        let made_at = item.get("created_at").and_then(|at| at.as_s().ok());
        let made_at: Option<Timestamp> = made_at.and_then(|at| at.parse().ok());
        if made_at.is_some_and(|made_at| made_at > *revoked_at) {
            Self::None
        } else if *revoked_at > now {
            Self::At(*revoked_at)
        } else {
            Self::Over
        }
    }
}

#[cfg(test)]
mod tests {
    use cloud::table::types::AttributeValue;

    use super::*;

    #[test]
    fn only_what_was_made_before_a_revocation_ends_by_it_and_not_before_its_time() {
        let at = |hour: i8| -> Timestamp { format!("2026-11-20T{hour:02}:00:00Z").parse().unwrap() };
        let made =
            |hour: i8| Item::from([("created_at".to_owned(), AttributeValue::S(at(hour).to_string()))]);
        let revoked = Revocation { revoked_at: at(10), expires_at: 0 };
        assert_eq!(End::of(&made(9), None, at(12)), End::None);
        assert_eq!(End::of(&made(9), Some(&revoked), at(12)), End::Over);
        assert_eq!(End::of(&made(10), Some(&revoked), at(12)), End::Over);
        assert_eq!(End::of(&made(11), Some(&revoked), at(12)), End::None, "made again");
        assert_eq!(End::of(&made(8), Some(&revoked), at(9)), End::At(at(10)), "within its overlap");
        assert_eq!(End::of(&Item::new(), Some(&revoked), at(12)), End::Over);
    }
}
