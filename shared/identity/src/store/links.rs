//! Signing in with a link: making one, and exchanging it for a session.

use cloud::clock;
use cloud::table::TableError;
use cloud::table::types::TransactWriteItem;
use tenancy::{ContentHash, SignInMethod, TenantId};

use super::identity_store::IdentityStore;
use super::keys;
use super::retry::{Attempt, Retries};
use crate::address::EmailAddress;
use crate::link::{Link, MAX_CODE_ATTEMPTS, ProofStrength};
use crate::link::{NewLink, Proof};
use crate::records::Person;
use crate::records::{Member, Tenant};
use crate::session::SignIn;
use crate::session::seconds_after;
use crate::sign_in_code::SignInCode;

/// Why a sign-in with a link failed.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The link was used or replaced, has expired, had too many wrong codes, or never existed.
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

impl IdentityStore {
    /// Makes a sign-in link for an address. It does the same for known and for unknown addresses, so that callers
    /// cannot tell them apart. An earlier link of the address is void. Cost: one write.
    ///
    /// # Errors
    /// [`TableError::Unavailable`] when DynamoDB does not answer in time.
    pub async fn make_link(&self, email: EmailAddress) -> Result<NewLink, TableError> {
        let (link, new) = Link::make(email, seconds_after(clock::now(), self.lifetimes.link));
        self.table.put(&keys::link(&new.token.address), &link).await?;
        Ok(new)
    }

    /// Exchanges a link for a session. Of any number of concurrent calls with the same link one succeeds. An address
    /// that is used for the first time becomes the owner of a new tenant. Cost: two reads, one transaction of four
    /// items (five for a new tenant); with a code one write more.
    ///
    /// # Errors
    /// [`LinkError::Spent`], [`LinkError::CodeRequired`] or [`LinkError::CodeWrong`] by the proof; [`LinkError::Table`]
    /// when the table does not answer. A wrong code counts as an attempt, and the fifth one deletes the link; no other
    /// error changes anything.
    pub async fn sign_in(&self, proof: &Proof<'_>) -> Result<SignIn, LinkError> {
        let address = proof.address().ok_or(LinkError::Spent)?;
        let link: Option<Link> = self.table.get(&keys::link(&address)).await?;
        let live = link.filter(|link| link.is_live(clock::now().as_second()));
        let link = live.ok_or(LinkError::Spent)?;
        match link.evaluate(proof) {
            ProofStrength::Sufficient => {}
            ProofStrength::NeedsCode => self.try_code(&address, &link, proof.code).await?,
            ProofStrength::Insufficient => return Err(LinkError::Spent),
        }
        let mut retries = Retries::default();
        loop {
            if let Attempt::Done(done) = self.consume(&address, &link).await? {
                return Ok(done);
            }
            retries.pause().await?;
        }
    }

    /// Counts the attempt before it compares the code, so that concurrent guesses cannot exceed the limit.
    async fn try_code(
        &self,
        address: &ContentHash,
        link: &Link,
        code: Option<&str>,
    ) -> Result<(), LinkError> {
        let code = code.map(str::trim).filter(|code| !code.is_empty()).ok_or(LinkError::CodeRequired)?;
        let key = keys::link(address);
        let this_link = |update: cloud::table::Update| update.when("token_digest", "=", link.token_digest);
        let counted =
            this_link(self.table.update(&key)).add("tries", 1).when("tries", "<", MAX_CODE_ATTEMPTS);
        let link: Link = match counted.send().await {
            Ok(link) => link,
            Err(TableError::Condition { .. }) => return Err(LinkError::Spent),
            Err(error) => return Err(error.into()),
        };
        let is_right = code.parse().is_ok_and(|code: SignInCode| code.digest(address) == link.code_digest);
        match MAX_CODE_ATTEMPTS.saturating_sub(link.tries) {
            _ if is_right => Ok(()),
            0 => match self.table.transact(vec![this_link(self.table.update(&key)).build_delete()?]).await {
                // The link was replaced or deleted already; it is void either way.
                Ok(()) | Err(TableError::Condition { .. } | TableError::Conflict) => Err(LinkError::Spent),
                Err(error) => Err(error.into()),
            },
            tries_left => Err(LinkError::CodeWrong { tries_left }),
        }
    }

    /// Deletes the link and creates the session in one transaction.
    async fn consume(&self, address: &ContentHash, link: &Link) -> Result<Attempt<SignIn>, LinkError> {
        let person: Option<Person> = self.table.get(&keys::person(address)).await?;
        let link_is_used = self.table.update(&keys::link(address));
        let mut writes = vec![link_is_used.when("token_digest", "=", link.token_digest).build_delete()?];
        let last_used = person.as_ref().and_then(|person| Some((person, *person.tenants.last()?)));
        let sign_in = match last_used {
            Some((person, tenant)) => {
                let still_belongs = self.table.update(&keys::member(&tenant, &person.user));
                writes.push(still_belongs.when_present().build_check()?);
                let still_there = self.table.update(&keys::tenant(&tenant)).when_present();
                writes.push(still_there.when_absent("erasing_since").build_check()?);
                SignIn::begin(tenant, person.user, SignInMethod::MagicLink, &self.lifetimes)
            }
            None => {
                let tenant = TenantId::new();
                let new_owner = person.as_ref().map_or_else(|| Person::new(tenant), |it| it.using(tenant));
                writes.extend(self.new_tenant(&link.email, person.as_ref(), &new_owner, tenant)?);
                SignIn::begin(tenant, new_owner.user, SignInMethod::MagicLink, &self.lifetimes)
            }
        };
        writes.push(
            self.table.put_new(&keys::session(&sign_in.tenant, &sign_in.session.id), &sign_in.session)?,
        );
        match self.table.transact(writes).await {
            Ok(()) => Ok(Attempt::Done(sign_in)),
            Err(TableError::Condition { failed }) if failed.first() == Some(&true) => Err(LinkError::Spent),
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
    /// The next attempt signs them in to the tenant that they used before it.
    async fn forget_tenant(
        &self,
        address: &ContentHash,
        person: &Person,
        tenant: TenantId,
    ) -> Result<(), TableError> {
        let left = person.without(tenant);
        let write = self.table.put_if_equals(&keys::person(address), &left, ("version", person.version))?;
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
        let key = keys::person(&email.digest());
        Ok([
            match before {
                None => self.table.put_new(&key, person)?,
                Some(before) => self.table.put_if_equals(&key, person, ("version", before.version))?,
            },
            self.table.put_new(&keys::tenant(&tenant), &home)?,
            self.table.put_new(&keys::member(&tenant, &person.user), &owner)?,
        ])
    }
}
