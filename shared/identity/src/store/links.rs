//! Signing in by a link in a mail.

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

/// Why a link signed nobody in.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// It was used, replaced, has expired, had its tries, or never was.
    #[error("the link no longer works")]
    Spent,
    /// Half of the proof is there; the code would be the other half.
    #[error("the code is needed")]
    CodeRequired,
    /// That was not the code.
    #[error("the code is wrong")]
    CodeWrong {
        /// How many more can be tried.
        tries_left: u32,
    },
    /// The table.
    #[error(transparent)]
    Table(#[from] TableError),
}

impl IdentityStore {
    /// Makes the sign-in link of an address, known or not: the two cannot be told apart. The link that
    /// the address had before is void. Cost: one write.
    ///
    /// # Errors
    /// [`TableError`].
    pub async fn make_link(&self, email: EmailAddress) -> Result<NewLink, TableError> {
        let (link, new) = Link::make(email, seconds_after(clock::now(), self.lifetimes.link));
        self.table.put(&keys::link(&new.token.address), &link).await?;
        Ok(new)
    }

    /// Signs in whoever proves that a link was sent to them. Of any number of concurrent calls one
    /// succeeds. An address that nobody had used becomes the owner of a new tenant. Cost: two reads, one
    /// transaction of four items (five for a new tenant); with a code one write more.
    ///
    /// # Errors
    /// [`LinkError`]. Only [`LinkError::CodeWrong`] and what follows from it have changed anything.
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

    /// Counts the try before it compares, so that no number of concurrent guesses exceeds the tries.
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
                // Replaced or gone already: void either way.
                Ok(()) | Err(TableError::Condition { .. } | TableError::Conflict) => Err(LinkError::Spent),
                Err(error) => Err(error.into()),
            },
            tries_left => Err(LinkError::CodeWrong { tries_left }),
        }
    }

    /// The link for a session, in one transaction.
    async fn consume(&self, address: &ContentHash, link: &Link) -> Result<Attempt<SignIn>, LinkError> {
        let person: Option<Person> = self.table.get(&keys::person(address)).await?;
        let link_is_used = self.table.update(&keys::link(address));
        let mut writes = vec![link_is_used.when("token_digest", "=", link.token_digest).build_delete()?];
        let at_home = person.as_ref().and_then(|person| Some((person, *person.tenants.last()?)));
        let sign_in = match at_home {
            Some((person, tenant)) => {
                let still_belongs = self.table.update(&keys::member(&tenant, &person.user));
                writes.push(still_belongs.when_present().build_check()?);
                let still_there = self.table.update(&keys::tenant(&tenant)).when_present();
                writes.push(still_there.when_absent("erasing_since").build_check()?);
                SignIn::begin(tenant, person.user, SignInMethod::MagicLink, &self.lifetimes)
            }
            None => {
                let tenant = TenantId::new();
                let settled = person.as_ref().map_or_else(|| Person::new(tenant), |it| it.using(tenant));
                writes.extend(self.new_home(&link.email, person.as_ref(), &settled, tenant)?);
                SignIn::begin(tenant, settled.user, SignInMethod::MagicLink, &self.lifetimes)
            }
        };
        writes.push(
            self.table.put_new(&keys::session(&sign_in.tenant, &sign_in.session.id), &sign_in.session)?,
        );
        match self.table.transact(writes).await {
            Ok(()) => Ok(Attempt::Done(sign_in)),
            Err(TableError::Condition { failed }) if failed.first() == Some(&true) => Err(LinkError::Spent),
            // The person left the tenant, or the tenant is gone, or being erased; or the person changed.
            Err(TableError::Condition { failed }) if failed.iter().skip(1).take(2).any(|failed| *failed) => {
                if let Some((person, tenant)) = at_home {
                    self.forget_tenant(address, person, tenant).await?;
                }
                Ok(Attempt::Retry)
            }
            // The person came to be, or left a tenant, a moment ago; or somebody else is at the link.
            Err(TableError::Condition { .. } | TableError::Conflict) => Ok(Attempt::Retry),
            Err(error) => Err(error.into()),
        }
    }

    /// Takes a tenant from those of a person who is no member of it, or that is being erased: they are signed in
    /// to the one before.
    async fn forget_tenant(
        &self,
        address: &ContentHash,
        person: &Person,
        tenant: TenantId,
    ) -> Result<(), TableError> {
        let left = person.without(tenant);
        let write = self.table.put_if_equals(&keys::person(address), &left, ("version", person.version))?;
        match self.table.transact(vec![write]).await {
            // Whoever took them out of it changed the person, too, a moment ago.
            Ok(()) | Err(TableError::Condition { .. } | TableError::Conflict) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// A tenant for somebody who has none: a new person, or one whom every tenant has let go.
    fn new_home(
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
