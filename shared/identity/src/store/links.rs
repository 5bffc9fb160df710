//! Signing in with a link: making one, and exchanging it for a session.

use std::time::Duration;

use cloud::clock;
use cloud::table::types::TransactWriteItem;
use cloud::table::{TableError, Update};
use tenancy::{ContentHash, SignInMethod, TenantId};

use super::identity_store::IdentityStore;
use super::keys;
use super::retry::{Attempt, Retries};
use crate::address::EmailAddress;
use crate::link::{BrowserNonce, NewLink, Proof, Requester};
use crate::link::{Links, ProofStrength, StoredLinks, TooManyLinks};
use crate::records::Person;
use crate::records::{Member, Tenant};
use crate::secret::Secret;
use crate::session::{Device, SignIn, seconds_after};

/// Why a sign-in with a link failed.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The link was used, or another one of the address was, has expired, had too many wrong codes, or never existed.
    #[error("the link no longer works")]
    Spent,
    /// Token or nonce is right, but not both: the code is needed as well.
    #[error("the code is needed")]
    CodeRequired,
    /// The code is wrong.
    #[error("the code is wrong")]
    CodeWrong {
        /// How many more codes can be tried.
        tries_left: u32,
    },
    /// The table did not answer, or refused the request.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// Why no link was made.
#[derive(Debug, thiserror::Error)]
pub enum MakeLinkError {
    /// As many unused links as possible were asked for from there.
    #[error("too many unused links")]
    TooMany {
        /// How long it takes until the first of them expires.
        wait: Duration,
    },
    /// The table did not answer, or refused the request.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// The condition that the links of an address are still as they were read.
fn unchanged(update: Update, before: Option<&StoredLinks>) -> Update {
    match before {
        None => update.when_absent("pk"),
        Some(StoredLinks::Several(links)) => update.when("revision", "=", &links.revision),
        // A change turns the item into one of several links and leaves the digest: only the revision tells them apart.
        Some(StoredLinks::One(link)) => {
            update.when("token_digest", "=", link.token_digest).when_absent("revision")
        }
    }
}

impl IdentityStore {
    /// Makes a sign-in link for an address, beside the address's other live links. It does the same for known and for
    /// unknown addresses, so that callers cannot tell them apart. `nonce` is that of an earlier link in the same
    /// browser. Cost: one read, one write.
    ///
    /// # Errors
    /// [`MakeLinkError::TooMany`] when `requester` has five live links that another browser asked for;
    /// [`MakeLinkError::Table`] when DynamoDB does not answer in time, or other requests keep changing the links.
    pub async fn make_link(
        &self,
        email: &EmailAddress,
        requester: &Requester,
        nonce: Option<&BrowserNonce>,
    ) -> Result<NewLink, MakeLinkError> {
        let address = email.digest();
        let mut retries = Retries::default();
        loop {
            let now = clock::now();
            let (before, mut links) = self.links(&address).await?;
            let times = (now.as_second(), seconds_after(now, self.lifetimes.link));
            let new =
                links.add(email.clone(), requester, nonce, times).map_err(|TooManyLinks { until }| {
                    let wait_s = u64::try_from(until - now.as_second()).unwrap_or(0);
                    MakeLinkError::TooMany { wait: Duration::from_secs(wait_s) }
                })?;
            match self.replace_links(&address, before.as_ref(), links).await {
                Ok(()) => return Ok(new),
                Err(TableError::Condition { .. } | TableError::Conflict) => retries.pause().await?,
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Exchanges a link for a session on `device`. Of any number of concurrent calls with the same link one succeeds,
    /// and all links of the address are void then. An address that is used for the first time becomes the owner of a
    /// new tenant. Cost: two reads, one transaction of four items (five for a new tenant).
    ///
    /// # Errors
    /// [`LinkError::Spent`], [`LinkError::CodeRequired`] or [`LinkError::CodeWrong`] by the proof; [`LinkError::Table`]
    /// when the table does not answer. A wrong code counts as an attempt (one read, one write), and the fifth one voids
    /// the link; no other error changes anything.
    pub async fn sign_in(&self, proof: &Proof<'_>, device: &Device) -> Result<SignIn, LinkError> {
        let address = proof.address().ok_or(LinkError::Spent)?;
        let mut retries = Retries::default();
        loop {
            let (before, mut links) = self.links(&address).await?;
            let place = match links.evaluate(&address, proof, clock::now().as_second()) {
                ProofStrength::Sufficient(place) => place,
                ProofStrength::Insufficient => return Err(LinkError::Spent),
                ProofStrength::NeedsCode(places) => {
                    let code = proof.code.map(str::trim).filter(|code| !code.is_empty());
                    let code = code.ok_or(LinkError::CodeRequired)?;
                    match links.with_code(&address, &places, code) {
                        Some(place) => place,
                        None => {
                            // Only once the attempt is counted may the caller learn that the code is wrong, so that
                            // concurrent guesses cannot exceed the limit.
                            let left = links.count_wrong_code(&places);
                            match self.replace_links(&address, before.as_ref(), links).await {
                                Ok(()) if left == 0 => return Err(LinkError::Spent),
                                Ok(()) => return Err(LinkError::CodeWrong { tries_left: left }),
                                Err(TableError::Condition { .. } | TableError::Conflict) => {
                                    retries.pause().await?;
                                    continue;
                                }
                                Err(error) => return Err(error.into()),
                            }
                        }
                    }
                }
            };
            let email = &links.links[place].email;
            if let Attempt::Done(done) = self.consume(&address, before.as_ref(), email, device).await? {
                return Ok(done);
            }
            retries.pause().await?;
        }
    }

    /// The links of an address, as they were read and as a list. Cost: one read.
    async fn links(&self, address: &ContentHash) -> Result<(Option<StoredLinks>, Links), TableError> {
        let stored: Option<StoredLinks> = self.table.get(&keys::links(address)).await?;
        Ok((stored.clone(), stored.map(Links::from).unwrap_or_default()))
    }

    /// Writes the links of an address, if they are still as they were `before`.
    async fn replace_links(
        &self,
        address: &ContentHash,
        before: Option<&StoredLinks>,
        links: Links,
    ) -> Result<(), TableError> {
        let last_end = links.links.iter().map(|link| link.expires_at).max();
        let expires_at = last_end.unwrap_or_else(|| clock::now().as_second());
        let update = unchanged(self.table.update(&keys::links(address)), before);
        let update = update.set("links", &links.links).set("revision", Secret::random().digest());
        update.set("expires_at", expires_at).send::<Links>().await.map(drop)
    }

    /// Deletes the links of an address and creates the session in one transaction.
    async fn consume(
        &self,
        address: &ContentHash,
        links: Option<&StoredLinks>,
        email: &EmailAddress,
        device: &Device,
    ) -> Result<Attempt<SignIn>, LinkError> {
        let person: Option<Person> = self.table.get(&keys::person(address)).await?;
        let mut writes = vec![unchanged(self.table.update(&keys::links(address)), links).build_delete()?];
        let last_used = person.as_ref().and_then(|person| Some((person, *person.tenants.last()?)));
        let (device, method) = (device.clone(), SignInMethod::MagicLink);
        let sign_in = match last_used {
            Some((person, tenant)) => {
                let still_belongs = self.table.update(&keys::member(&tenant, &person.user));
                writes.push(still_belongs.when_present().build_check()?);
                let still_there = self.table.update(&keys::tenant(&tenant)).when_present();
                writes.push(still_there.when_absent("erasing_since").build_check()?);
                SignIn::begin(tenant, person.user, method, device, &self.lifetimes)
            }
            None => {
                let tenant = TenantId::new();
                let new_owner = person.as_ref().map_or_else(|| Person::new(tenant), |it| it.using(tenant));
                writes.extend(self.new_tenant(email, person.as_ref(), &new_owner, tenant)?);
                SignIn::begin(tenant, new_owner.user, method, device, &self.lifetimes)
            }
        };
        writes.push(
            self.table.put_new(&keys::session(&sign_in.tenant, &sign_in.session.id), &sign_in.session)?,
        );
        match self.table.transact(writes).await {
            Ok(()) => Ok(Attempt::Done(sign_in)),
            // Somebody asked for another link, tried a code, or was signed in at the same time: look again.
            Err(TableError::Condition { failed }) if failed.first() == Some(&true) => Ok(Attempt::Retry),
            // The person is no member of the tenant any more, or the tenant is deleted or being erased; or the person
            // changed at the same time.
            Err(TableError::Condition { failed }) if failed.iter().skip(1).take(2).any(|failed| *failed) => {
                if let Some((person, tenant)) = last_used {
                    self.forget_tenant(address, person, tenant).await?;
                }
                Ok(Attempt::Retry)
            }
            // The person was created or left a tenant at the same time, or another request uses the same link.
            Err(TableError::Condition { .. } | TableError::Conflict) => Ok(Attempt::Retry),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes a tenant that the person does not belong to any more, or that is being erased, from the person's item.
    /// The next attempt signs them in to the tenant that they used before it. A person who has no other one stays the
    /// same user: when the tenant was lost and is restored later, its owner must be found by the address again.
    async fn forget_tenant(
        &self,
        address: &ContentHash,
        person: &Person,
        tenant: TenantId,
    ) -> Result<(), TableError> {
        let write = self.change_person(address, person, &person.without(tenant))?;
        match self.table.transact(vec![write]).await {
            // Removing a member changes the person's item as well: that happened at the same time.
            Ok(()) | Err(TableError::Condition { .. } | TableError::Conflict) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The writes that create a tenant for a person who has none: a new person, or one who was removed from every
    /// tenant.
    fn new_tenant(
        &self,
        email: &EmailAddress,
        before: Option<&Person>,
        person: &Person,
        tenant: TenantId,
    ) -> Result<[TransactWriteItem; 3], TableError> {
        let name = email.as_str().split('@').next().unwrap_or_default().to_owned();
        let home = Tenant::new(tenant, name);
        let owner = Member {
            id: person.user,
            email: email.clone(),
            role: tenancy::Role::Owner,
            created_at: home.created_at,
        };
        let address = email.digest();
        Ok([
            match before {
                None => self.table.put_new(&keys::person(&address), person)?,
                Some(before) => self.change_person(&address, before, person)?,
            },
            self.table.put_new(&keys::tenant(&tenant), &home)?,
            self.table.put_new(&keys::member(&tenant, &person.user), &owner)?,
        ])
    }
}

#[cfg(test)]
mod tests {
    use aws_config::{BehaviorVersion, Region};
    use cloud::SdkConfig;
    use cloud::table::Table;

    use super::*;

    /// A change leaves the digest in an item of an earlier version, which then has a revision beside it: of two changes
    /// that have read the same item the second one must fail.
    #[test]
    fn an_item_of_an_earlier_version_is_changed_once() {
        let config = SdkConfig::builder().behavior_version(BehaviorVersion::latest());
        let table = Table::new(&config.region(Region::from_static("us-east-1")).build(), "identity".into());
        let email: EmailAddress = "ruth@example.org".parse().unwrap();
        let (address, mut links) = (email.digest(), Links::default());
        links.add(email, &Requester::Network("198.51.100.7".into()), None, (0, 900)).unwrap();
        let before = StoredLinks::One(links.links.remove(0));
        let write = unchanged(table.update(&keys::links(&address)), Some(&before)).build_delete().unwrap();
        let condition = write.delete().and_then(|delete| delete.condition_expression()).unwrap();
        assert!(condition.contains("attribute_not_exists(#revision)"), "{condition}");
    }
}
