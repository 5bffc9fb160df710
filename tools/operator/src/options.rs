use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Parser, Subcommand, ValueEnum};
use cloud::settings::{BucketName, QueueName, TableName};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use metering::{Feature, Metric, Scope};
use tenancy::{ApiKeyId, InvitationId, TenantId};

/// What an operator does by hand, with AWS credentials of their own.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100)]
pub struct Options {
    #[command(flatten)]
    pub deployment: DeploymentOptions,
    #[command(subcommand)]
    pub command: Command,
}

/// Which deployment. Names come from the file; a name given by itself counts before it.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Deployment")]
pub struct DeploymentOptions {
    /// The stack's outputs: `outputs.json` of a local stack, or what `aws cloudformation describe-stacks`
    /// says with `--query 'Stacks[0].Outputs'`.
    #[arg(long, global = true, value_name = "FILE", env = "STACK_OUTPUTS")]
    pub stack_outputs: Option<PathBuf>,
    /// The table of members and tenants.
    #[arg(long, global = true, value_name = "NAME", env = TableName::Identity.variable().name)]
    pub identity_table: Option<String>,
    /// The table of usage, holds and grants.
    #[arg(long, global = true, value_name = "NAME", env = TableName::Metering.variable().name)]
    pub metering_table: Option<String>,
    /// The table of projects, jobs and films.
    #[arg(long, global = true, value_name = "NAME", env = TableName::Studio.variable().name)]
    pub studio_table: Option<String>,
    /// The table of subscriptions.
    #[arg(long, global = true, value_name = "NAME", env = TableName::Billing.variable().name)]
    pub billing_table: Option<String>,
    /// The table of the audit log.
    #[arg(long, global = true, value_name = "NAME", env = TableName::Audit.variable().name)]
    pub audit_table: Option<String>,
    /// The table of revoked API keys and removed members, which every restore reads and none writes.
    #[arg(long, global = true, value_name = "NAME", env = TableName::Revocations.variable().name)]
    pub revocations_table: Option<String>,
    /// The bucket of tenants' objects.
    #[arg(long, global = true, value_name = "NAME", env = BucketName::Media.variable().name)]
    pub media_bucket: Option<String>,
    /// The bucket of backups and tombstones.
    #[arg(long, global = true, value_name = "NAME", env = BucketName::Vault.variable().name)]
    pub vault_bucket: Option<String>,
    /// The queue of mail.
    #[arg(long, global = true, value_name = "URL", env = QueueName::Mail.variable().name)]
    pub mail_queue: Option<String>,
    /// The mail that could not be sent.
    #[arg(long, global = true, value_name = "URL", env = "MAIL_DEAD_LETTERS_URL")]
    pub mail_dead_letters: Option<String>,
    /// The queue of render steps.
    #[arg(long, global = true, value_name = "URL", env = QueueName::RenderSteps.variable().name)]
    pub render_steps_queue: Option<String>,
    /// The render steps that were given up.
    #[arg(long, global = true, value_name = "URL", env = "RENDER_STEPS_DEAD_LETTERS_URL")]
    pub render_steps_dead_letters: Option<String>,
    /// The queue of Stripe's events.
    #[arg(long, global = true, value_name = "URL", env = QueueName::StripeSync.variable().name)]
    pub stripe_sync_queue: Option<String>,
    /// The events of Stripe's that were given up.
    #[arg(long, global = true, value_name = "URL", env = "STRIPE_SYNC_DEAD_LETTERS_URL")]
    pub stripe_sync_dead_letters: Option<String>,
    /// The queue of exports.
    #[arg(long, global = true, value_name = "URL", env = QueueName::Export.variable().name)]
    pub export_queue: Option<String>,
    /// The exports that were given up.
    #[arg(long, global = true, value_name = "URL", env = "EXPORT_DEAD_LETTERS_URL")]
    pub export_dead_letters: Option<String>,
    /// The queue of erasures.
    #[arg(long, global = true, value_name = "URL", env = QueueName::Erasure.variable().name)]
    pub erasure_queue: Option<String>,
    /// The erasures that were given up.
    #[arg(long, global = true, value_name = "URL", env = "ERASURE_DEAD_LETTERS_URL")]
    pub erasure_dead_letters: Option<String>,
    /// The function that compares subscriptions with Stripe.
    #[arg(long, global = true, value_name = "NAME", env = "RECONCILE_FUNCTION")]
    pub reconcile_function: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Lets tenants use more than their plan allows, for a time (soft reset).
    Grant(Grant),
    /// Lists the grants of a tenant, or those of all tenants together.
    Grants(Subject),
    /// Switches 4K and publishing off (hard reset), or on again.
    Features(Switch),
    /// Shows what a tenant uses, holds and may use.
    Usage {
        /// Which tenant.
        #[arg(long)]
        tenant: TenantId,
    },
    /// Checks that nothing is left of an erased tenant, or goes on with its erasure.
    Erasure {
        /// verify: lists all that is left, also in copies of tables, and fails where there is anything; resume: goes on
        /// with an erasure that is not complete and that nothing works on, as after a restore.
        action: ErasureAction,
        /// Which tenant.
        #[arg(long)]
        tenant: TenantId,
    },
    /// Sends the messages of a dead-letter queue again.
    Redrive(Redrive),
    /// Restores items and objects from a nightly backup or from a point in time; shows what it would do unless
    /// told to apply it.
    Restore(Restore),
    /// Lists the copies of tables that restores have left, with the commands that delete them.
    Copies,
    /// Looks whether the audit log is as it was written.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Compares what is known of subscriptions with Stripe, and shows what they bring in.
    Reconcile {
        /// report: says what differs; apply: mends it as well.
        mode: ReconcileMode,
    },
}

#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Names every entry that was edited, dropped or moved, and every chain that was cut off or made anew.
    Verify {
        /// Whose log; unless given, everybody's that was ever sealed.
        #[arg(long)]
        tenant: Option<TenantId>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReconcileMode {
    Report,
    Apply,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ErasureAction {
    Verify,
    Resume,
}

/// One tenant, or all.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Subject {
    /// One tenant.
    #[arg(long)]
    tenant: Option<TenantId>,
    /// All tenants.
    #[arg(long)]
    all: bool,
}

impl Subject {
    /// Which tenant, unless all.
    pub const fn tenant(&self) -> Option<TenantId> {
        self.tenant
    }

    /// The scope: one tenant, or all.
    pub fn scope(&self) -> Scope {
        self.tenant.map_or(Scope::Platform, Scope::Tenant)
    }
}

#[derive(Debug, Args)]
pub struct Restore {
    #[command(flatten)]
    pub subject: Subject,
    /// The source: backup:2026-11-20, or point-in-time:2026-11-20T10:00:00Z.
    #[arg(long, value_name = "SOURCE")]
    pub from: RestoreSource,
    /// Restore into the existing tables.
    #[arg(long, value_name = "PLACE", conflicts_with = "suffix")]
    pub into: Option<RestorePlace>,
    /// Restore into new tables beside the existing ones, named like them with this suffix.
    #[arg(long, value_name = "TEXT", value_parser = suffix)]
    pub suffix: Option<String>,
    /// Which credentials to bring back as well: api-keys, invitations, or ids of either, with commas between
    /// them. None unless given; never sessions, sign-in links, or what was revoked since.
    #[arg(long, value_name = "WHICH", value_delimiter = ',')]
    pub credentials: Vec<Credentials>,
    /// Also over items that are newer than the source.
    #[arg(long)]
    pub replace: bool,
    /// Do it.
    #[arg(long)]
    pub apply: bool,
    /// Nothing writes any more: purge the tables of a point in time, so that they can take the place of the present
    /// ones. What is ended after that would come back with them, so that it is refused without this.
    #[arg(long, requires = "apply", conflicts_with_all = ["suffix", "tenant"])]
    pub writes_stopped: bool,
}

/// What to restore from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RestoreSource {
    /// The backup of a night, UTC.
    Backup(Date),
    /// The tables as they were then.
    PointInTime(Timestamp),
}

impl FromStr for RestoreSource {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let message = |error: jiff::Error| error.to_string();
        match text.split_once(':') {
            Some(("backup", night)) => night.parse().map(Self::Backup).map_err(message),
            Some(("point-in-time", at)) => at.parse().map(Self::PointInTime).map_err(message),
            _ => Err("expected backup:DATE or point-in-time:TIME".to_owned()),
        }
    }
}

/// Credentials that a restore brings back only when they are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credentials {
    /// All API keys.
    ApiKeys,
    /// All invitations.
    Invitations,
    /// One API key.
    ApiKey(ApiKeyId),
    /// One invitation.
    Invitation(InvitationId),
}

impl FromStr for Credentials {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let message =
            || "expected api-keys, invitations, or the id of an API key or an invitation".to_owned();
        match text {
            "api-keys" => Ok(Self::ApiKeys),
            "invitations" => Ok(Self::Invitations),
            id => id
                .parse()
                .map(Self::ApiKey)
                .or_else(|_| id.parse().map(Self::Invitation))
                .map_err(|_| message()),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RestorePlace {
    Same,
}

/// What a table's name may end with: DynamoDB takes letters, digits, dots, dashes and underscores.
fn suffix(text: &str) -> Result<String, String> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let is_fit = !text.is_empty() && text.len() <= 40 && text.bytes().all(fits);
    is_fit.then(|| text.to_owned()).ok_or_else(|| "up to 40 letters, digits, dots or dashes".to_owned())
}

#[derive(Debug, Args)]
pub struct Grant {
    #[command(flatten)]
    pub subject: Subject,
    /// How much more than the plan's limit.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub percent: u32,
    /// When it ends: a time (2026-12-01T12:00:00Z), or a date for its beginning in UTC.
    #[arg(long, value_parser = end)]
    pub until: Timestamp,
    /// Of what: images_count, tts_seconds, render_minutes or storage_bytes; of everything unless given.
    #[arg(long)]
    pub metric: Option<Metric>,
}

#[derive(Debug, Args)]
pub struct Switch {
    /// off or on.
    pub position: Position,
    #[command(flatten)]
    pub subject: Subject,
    /// Which: 4k or publish; both unless given.
    #[arg(long)]
    pub feature: Option<Feature>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Position {
    Off,
    On,
}

#[derive(Debug, Args)]
pub struct Redrive {
    /// Which queue's dead letters.
    #[arg(long)]
    pub queue: RedriveQueue,
    /// How many at most; all unless given.
    #[arg(long)]
    pub max: Option<usize>,
    /// Also those that the queue's function cannot read, which it would give up again.
    #[arg(long)]
    pub all: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RedriveQueue {
    RenderSteps,
    Mail,
    StripeSync,
    Exports,
    Erasures,
}

fn end(text: &str) -> Result<Timestamp, String> {
    if let Ok(at) = text.parse() {
        return Ok(at);
    }
    let date: Date = text.parse().map_err(|error: jiff::Error| error.to_string())?;
    date.to_zoned(TimeZone::UTC).map(|day| day.timestamp()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    fn parsed(text: &str) -> Result<Options, clap::Error> {
        Options::try_parse_from(text.split(' '))
    }

    #[test]
    fn the_command_line_is_sound() {
        Options::command().debug_assert();
    }

    #[test]
    fn a_grant_names_whom_how_much_and_until_when() {
        let tenant = TenantId::new();
        for (given, understood) in [
            (format!("operator grant --tenant {tenant} --percent 10 --until 2026-12-01"), true),
            (
                "operator grant --all --percent 10 --until 2026-12-01T12:00:00Z --metric tts_seconds".into(),
                true,
            ),
            ("operator grant --percent 10 --until 2026-12-01".into(), false),
            (format!("operator grant --all --tenant {tenant} --percent 10 --until 2026-12-01"), false),
            ("operator grant --all --percent 0 --until 2026-12-01".into(), false),
            ("operator grant --all --percent 10 --until tomorrow".into(), false),
            ("operator grant --all --percent 10 --until 2026-12-01 --metric films".into(), false),
        ] {
            assert_eq!(parsed(&given).is_ok(), understood, "{given}");
        }
        assert_eq!(end("2026-12-01").map(|at| at.to_string()), Ok("2026-12-01T00:00:00Z".into()));
    }

    #[test]
    fn a_restore_names_whom_and_out_of_what() {
        let one_tenant = format!(
            "operator restore --tenant {} --from point-in-time:2026-11-20T10:00:00Z --apply --writes-stopped",
            TenantId::new()
        );
        let one_key =
            format!("operator restore --all --from backup:2026-11-20 --credentials {}", ApiKeyId::new());
        for (given, understood) in [
            ("operator restore --all --from backup:2026-11-20", true),
            ("operator restore --all --from backup:2026-11-20 --into same --apply --replace", true),
            ("operator restore --all --from point-in-time:2026-11-20T10:00:00Z --suffix restored", true),
            ("operator restore --all --from backup:2026-11-20 --credentials api-keys,invitations", true),
            (&one_key, true),
            (
                "operator restore --all --from point-in-time:2026-11-20T10:00:00Z --apply --writes-stopped",
                true,
            ),
            ("operator restore --all --from point-in-time:2026-11-20T10:00:00Z --writes-stopped", false),
            (&one_tenant, false),
            ("operator restore --all --from backup:2026-11-20 --credentials sessions", false),
            ("operator restore --all --from backup:2026-11-20 --credentials", false),
            ("operator restore --all --from backup:2026-11-20 --into same --suffix restored", false),
            ("operator restore --all --from backup:2026-11-20 --suffix a/b", false),
            ("operator restore --all --from backup:yesterday", false),
            ("operator restore --all --from point-in-time:2026-11-20", false),
            ("operator restore --all --from 2026-11-20", false),
            ("operator restore --all", false),
            ("operator restore --from backup:2026-11-20", false),
        ] {
            assert_eq!(parsed(given).is_ok(), understood, "{given}");
        }
    }
}
