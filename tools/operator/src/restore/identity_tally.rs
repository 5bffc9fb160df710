use std::collections::BTreeMap;
use std::io::{self, Write};

use cloud::table::Key;
use tenancy::TenantId;

use super::identity_guard::Withheld;

/// What a restore decided about items of the `identity` table. Each is named, because it gives somebody access; only
/// what is never restored is counted alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdentityTally {
    /// The items that are or would be written.
    pub brought_back: Vec<Key>,
    withheld: BTreeMap<Withheld, Vec<Key>>,
    short_lived: usize,
    /// The tenants that have no owner after the restore.
    pub ownerless: Vec<TenantId>,
}

impl IdentityTally {
    /// Records an item that is not brought back.
    pub fn withhold(&mut self, why: Withheld, key: Key) {
        match why {
            Withheld::ShortLived => self.short_lived += 1,
            Withheld::NotNamed | Withheld::Revoked => self.withheld.entry(why).or_default().push(key),
        }
    }

    /// Records that an item was brought back and had to be taken back, because what it stands for ended meanwhile.
    pub fn withdraw(&mut self, why: Withheld, key: Key) {
        self.brought_back.retain(|back| *back != key);
        self.withhold(why, key);
    }

    /// Prints a line for each item and tenant.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        for key in &self.brought_back {
            writeln!(out, "    brought back: {} {}", key.partition(), key.sort())?;
        }
        for (why, keys) in &self.withheld {
            let why = match why {
                Withheld::NotNamed => "left out (--credentials)",
                Withheld::Revoked | Withheld::ShortLived => "ended since, and stays so",
            };
            for key in keys {
                writeln!(out, "    {why}: {} {}", key.partition(), key.sort())?;
            }
        }
        if self.short_lived > 0 {
            writeln!(out, "    {} sessions, sign-in links and the like are not restored", self.short_lived)?;
        }
        for tenant in &self.ownerless {
            writeln!(out, "    {tenant} has no owner now: its owners were removed since")?;
        }
        Ok(())
    }
}
