use cloud::table::TableError;
use tenancy::TenantId;

use super::keys::lexicon_key;
use super::studio::Studio;
use crate::lexicon::Lexicon;

impl Studio {
    /// The account's lexicon; one without entries, of revision zero, where it has never been written. Cost: one read for
    /// every 4 KB of the deflated entries, at least one.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer.
    pub async fn lexicon(&self, tenant: &TenantId) -> Result<Lexicon, TableError> {
        Ok(self.table.get(&lexicon_key(tenant)).await?.unwrap_or_default())
    }

    /// Replaces the account's lexicon, if it is still at revision `lexicon.revision - 1` (optimistic locking). Cost: one
    /// transaction of one item.
    ///
    /// # Errors
    /// [`TableError::Condition`] when it was changed meanwhile; [`TableError::Unavailable`] when DynamoDB does not
    /// answer.
    pub async fn replace_lexicon(&self, tenant: &TenantId, lexicon: &Lexicon) -> Result<(), TableError> {
        let key = lexicon_key(tenant);
        let write = match lexicon.revision {
            0 | 1 => self.table.put_new(&key, lexicon)?,
            revision => self.table.put_if_equals(&key, lexicon, ("revision", revision - 1))?,
        };
        self.table.transact(vec![write]).await
    }
}
