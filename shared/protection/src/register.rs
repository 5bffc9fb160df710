//! The register of every place where data of a person or a tenant rests, with how long.
//!
//! The mails about an erasure and `docs/privacy.md` are made from it, and a test holds it against `template.yaml`: a
//! new table, bucket, queue or log group without an entry here fails, and so does another retention than the one said
//! here.

/// Days for which DynamoDB restores a table to any point in time: its default, 35
/// (<https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html>).
pub const POINT_IN_TIME_DAYS: u32 = 35;

/// Days for which backups, and versions of objects that were replaced or deleted, are kept.
pub const BACKUP_DAYS: u32 = 35;

/// Days for which mails that could not be sent are kept, which is longest in the table of what is short-lived: the
/// items expire after three days at most, and DynamoDB deletes expired items within two more
/// (<https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html>).
pub const SHORT_LIVED_DAYS: u32 = 5;

/// Days for which digests of API keys that have ended are kept. They name no account, so no erasure finds them: the
/// items expire 30 days after the key's end, which is up to a day after it was replaced, and DynamoDB deletes expired
/// items within two more.
pub const ENDED_KEY_DAYS: u32 = 33;

/// Days for which SQS keeps the messages of a dead-letter queue, its longest: 14.
pub const DEAD_LETTER_DAYS: u32 = 14;

/// Days for which SQS keeps a message that nobody takes, its default: 4.
pub const QUEUE_DAYS: u32 = 4;

/// How long logs are kept unless the parameter `LogRetentionDays` says otherwise.
pub const DEFAULT_LOG_DAYS: u32 = 30;

/// How long something stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Nothing is left when the erasure is complete, within a day.
    Erased,
    /// For so many days, then it goes by itself.
    Days(u32),
    /// For as many days as the parameter `LogRetentionDays` says.
    LogDays,
    /// For as long as the law asks of the seller.
    ByLaw,
    /// Until an operator deletes it.
    ByHand,
    /// Without an end. Such a place holds no personal data.
    Always,
}

/// What kind of place it is, by which it is checked against the template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceKind {
    /// The items of a DynamoDB table.
    Items,
    /// The copies from which DynamoDB restores a table to a point in time.
    PointInTime,
    /// The copies of a table that an operator makes to restore from, and deletes when the restore is over.
    Copy,
    /// The objects of an S3 bucket below a prefix.
    Objects,
    /// The messages of an SQS queue.
    Messages,
    /// The lines of a log group.
    Lines,
    /// What somebody else keeps.
    Elsewhere,
}

/// A place where data of a person or a tenant rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// What kind of place it is.
    pub kind: PlaceKind,
    /// The logical name of the resource in `template.yaml`, or the name of whoever keeps it.
    pub resource: &'static str,
    /// What of a person or a tenant is there.
    pub holds: &'static str,
    /// Whether it names or identifies a person: an address, a name, an IP address, their words.
    pub is_personal: bool,
    /// How long it stays after the account was erased.
    pub after_erasure: Kept,
}

const fn place(
    kind: PlaceKind,
    resource: &'static str,
    holds: &'static str,
    is_personal: bool,
    after_erasure: Kept,
) -> Place {
    Place { kind, resource, holds, is_personal, after_erasure }
}

/// What is in the copies of a table.
const COPIED: &str =
    "what the table held then; only after a restore, until it is over; `erasure verify` looks there";

/// Every place.
pub const PLACES: &[Place] = &[
    place(
        PlaceKind::Items,
        "IdentityTable",
        "accounts, members and their addresses, sessions with IP address and user agent, keys, invitations, sign-in links",
        true,
        Kept::Erased,
    ),
    place(PlaceKind::Items, "MeteringTable", "usage, holds and grants", false, Kept::Erased),
    place(
        PlaceKind::Items,
        "StudioTable",
        "texts, storyboards, lexicons, jobs and films",
        true,
        Kept::Erased,
    ),
    place(
        PlaceKind::Items,
        "BillingTable",
        "Stripe's ids of the customer and the subscription; for a day, answers with its pages",
        false,
        Kept::Erased,
    ),
    place(PlaceKind::Items, "AuditTable", "who did what when, by ids", false, Kept::Erased),
    place(
        PlaceKind::Items,
        "RevocationsTable",
        "ids of keys, members and invitations that were ended; digests of ended keys, for 30 days",
        false,
        Kept::Days(ENDED_KEY_DAYS),
    ),
    place(
        PlaceKind::Items,
        "RatesTable",
        "digests of addresses and IP addresses, for an hour; mails until they are sent, for three days at most",
        true,
        Kept::Days(SHORT_LIVED_DAYS),
    ),
    place(
        PlaceKind::PointInTime,
        "IdentityTable",
        "what the table held",
        true,
        Kept::Days(POINT_IN_TIME_DAYS),
    ),
    place(
        PlaceKind::PointInTime,
        "MeteringTable",
        "what the table held",
        false,
        Kept::Days(POINT_IN_TIME_DAYS),
    ),
    place(PlaceKind::PointInTime, "StudioTable", "what the table held", true, Kept::Days(POINT_IN_TIME_DAYS)),
    place(
        PlaceKind::PointInTime,
        "BillingTable",
        "what the table held",
        false,
        Kept::Days(POINT_IN_TIME_DAYS),
    ),
    place(PlaceKind::PointInTime, "AuditTable", "what the table held", false, Kept::Days(POINT_IN_TIME_DAYS)),
    place(
        PlaceKind::PointInTime,
        "RevocationsTable",
        "what the table held",
        false,
        Kept::Days(POINT_IN_TIME_DAYS),
    ),
    place(PlaceKind::Copy, "IdentityTable", COPIED, true, Kept::ByHand),
    place(PlaceKind::Copy, "MeteringTable", COPIED, false, Kept::ByHand),
    place(PlaceKind::Copy, "StudioTable", COPIED, true, Kept::ByHand),
    place(PlaceKind::Copy, "BillingTable", COPIED, false, Kept::ByHand),
    place(PlaceKind::Copy, "AuditTable", COPIED, false, Kept::ByHand),
    place(
        PlaceKind::Objects,
        "MediaBucket `tenants/`",
        "pictures, voices, films, uploads and exports, with every version",
        true,
        Kept::Erased,
    ),
    place(
        PlaceKind::Objects,
        "MediaBucket `usage/`",
        "what each account used and when, by its id",
        false,
        Kept::Always,
    ),
    place(
        PlaceKind::Objects,
        "VaultBucket `backups/{date}/{account}/`",
        "nightly copies of the account's items and job documents",
        true,
        Kept::Erased,
    ),
    place(
        PlaceKind::Objects,
        "VaultBucket `backups/{date}/platform/`",
        "nightly copies of what belongs to no account alone: which of Stripe's customers is which account, by ids",
        false,
        Kept::Days(BACKUP_DAYS),
    ),
    place(
        PlaceKind::Objects,
        "VaultBucket `tombstones/`",
        "that the account was erased: its id, two times, and counts",
        false,
        Kept::Always,
    ),
    place(
        PlaceKind::Objects,
        "VaultBucket `audit-heads/`",
        "hashes of the audit log, by the account's id",
        false,
        Kept::Always,
    ),
    place(
        PlaceKind::Messages,
        "MailQueue",
        "references to mails about to be sent",
        false,
        Kept::Days(QUEUE_DAYS),
    ),
    place(
        PlaceKind::Messages,
        "MailDeadLetters",
        "references to mails that could not be sent",
        false,
        Kept::Days(DEAD_LETTER_DAYS),
    ),
    place(PlaceKind::Messages, "RenderStepsQueue", "ids of jobs and steps", false, Kept::Days(QUEUE_DAYS)),
    place(
        PlaceKind::Messages,
        "RenderStepsDeadLetters",
        "ids of jobs and steps",
        false,
        Kept::Days(DEAD_LETTER_DAYS),
    ),
    place(PlaceKind::Messages, "StripeSyncQueue", "Stripe's ids of customers", false, Kept::Days(QUEUE_DAYS)),
    place(
        PlaceKind::Messages,
        "StripeSyncDeadLetters",
        "Stripe's ids of customers",
        false,
        Kept::Days(DEAD_LETTER_DAYS),
    ),
    place(PlaceKind::Messages, "ExportQueue", "ids of accounts and exports", false, Kept::Days(QUEUE_DAYS)),
    place(
        PlaceKind::Messages,
        "ExportDeadLetters",
        "ids of accounts and exports",
        false,
        Kept::Days(DEAD_LETTER_DAYS),
    ),
    place(PlaceKind::Messages, "ErasureQueue", "ids of accounts", false, Kept::Days(DEAD_LETTER_DAYS)),
    place(PlaceKind::Messages, "ErasureDeadLetters", "ids of accounts", false, Kept::Days(DEAD_LETTER_DAYS)),
    place(PlaceKind::Lines, "ApiLogs", "IP addresses, times and routes of requests", true, Kept::LogDays),
    place(
        PlaceKind::Lines,
        "FunctionLogs",
        "ids of accounts, users, jobs and requests; addresses are redacted",
        true,
        Kept::LogDays,
    ),
    place(
        PlaceKind::Elsewhere,
        "Stripe, the customer",
        "the name, address and card that were given on its checkout page; deleted there with the account",
        true,
        Kept::Erased,
    ),
    place(
        PlaceKind::Elsewhere,
        "Stripe, invoices and payments",
        "what was paid, with the name and address of that day",
        true,
        Kept::ByLaw,
    ),
    place(
        PlaceKind::Elsewhere,
        "SES, the suppression list",
        "addresses that refused a mail or complained about one",
        true,
        Kept::ByHand,
    ),
];

/// What is left when an account has been erased, and for how long, as sentences for people. `log_days` is the parameter
/// `LogRetentionDays`.
#[must_use]
pub fn left_after_erasure(log_days: u32) -> Vec<String> {
    let longest = |kind: PlaceKind| {
        let days = PLACES.iter().filter(|place| place.kind == kind && place.is_personal);
        days.filter_map(|place| match place.after_erasure {
            Kept::Days(days) => Some(days),
            Kept::LogDays => Some(log_days),
            _ => None,
        })
        .max()
        .unwrap_or(0)
    };
    vec![
        format!(
            "The copies from which we can restore our tables to an earlier time: {} days. No restore brings a deleted \
             account back.",
            longest(PlaceKind::PointInTime)
        ),
        "A copy of our tables, where we have just restored lost data from it: until we delete it, when that is over."
            .to_owned(),
        format!("Mails to you that could not be delivered: {} days.", longest(PlaceKind::Items)),
        format!("Logs, with ids and IP addresses: {log_days} days."),
        "Invoices and payments at Stripe: as long as the law asks of us. The customer is deleted there.".to_owned(),
        "An address that refused our mails or complained about them: on the mail service's list, until you ask us."
            .to_owned(),
        "That the account existed and was deleted, and what it used and when: by its id, without a name or an address."
            .to_owned(),
    ]
}

impl Kept {
    /// In words, for the table of the page.
    fn words(self) -> String {
        match self {
            Self::Erased => "nothing, within a day".to_owned(),
            Self::Days(days) => format!("{days} days"),
            Self::LogDays => format!("`LogRetentionDays` ({DEFAULT_LOG_DAYS} days)"),
            Self::ByLaw => "as long as the law asks of the seller".to_owned(),
            Self::ByHand => "until an operator removes it".to_owned(),
            Self::Always => "without an end".to_owned(),
        }
    }
}

/// The register as a table in Markdown.
#[must_use]
pub fn as_markdown() -> String {
    let mut page =
        String::from("| Where | What | Personal | Left after the account is erased |\n|---|---|---|---|\n");
    for place in PLACES {
        let kind = match place.kind {
            PlaceKind::Items => "table",
            PlaceKind::PointInTime => "table, point in time",
            PlaceKind::Copy => "table, copy of a restore",
            PlaceKind::Objects => "bucket",
            PlaceKind::Messages => "queue",
            PlaceKind::Lines => "log",
            PlaceKind::Elsewhere => "elsewhere",
        };
        let personal = if place.is_personal { "yes" } else { "no" };
        let Place { resource, holds, after_erasure, .. } = place;
        page.push_str(&format!(
            "| {kind}: {resource} | {holds} | {personal} | {} |\n",
            after_erasure.words()
        ));
    }
    page
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use tenancy::ObjectKey;

    use super::*;
    use crate::tables::TableKind;

    const TEMPLATE: &str = include_str!("../../../template.yaml");

    /// The text of each resource of the template, by its logical name.
    fn resources() -> BTreeMap<&'static str, Vec<&'static str>> {
        let (_, resources) = TEMPLATE.split_once("\nResources:\n").unwrap();
        let mut found: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let mut name = "";
        for line in resources.lines().take_while(|line| line.is_empty() || line.starts_with([' ', '#'])) {
            match line.strip_prefix("  ").filter(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase())) {
                Some(rest) => name = rest.trim_end_matches(':'),
                None => found.entry(name).or_default().push(line.trim()),
            }
        }
        found
    }

    fn named(kind: &str) -> BTreeSet<&'static str> {
        let wanted = format!("Type: {kind}");
        let all = resources().into_iter().filter(|(_, lines)| lines.contains(&wanted.as_str()));
        all.map(|(name, _)| name).collect()
    }

    fn of(kind: PlaceKind) -> impl Iterator<Item = &'static Place> {
        PLACES.iter().filter(move |place| place.kind == kind)
    }

    fn resource(place: &Place) -> &'static str {
        place.resource.split(' ').next().unwrap()
    }

    fn number(lines: &[&str], name: &str) -> Option<u32> {
        let value = lines.iter().find_map(|line| line.strip_prefix(&format!("{name}: ")))?;
        value.split(' ').next()?.parse().ok()
    }

    #[test]
    fn every_table_bucket_queue_and_log_of_the_template_is_registered() {
        for (kind, type_name) in [
            (PlaceKind::Items, "AWS::DynamoDB::Table"),
            (PlaceKind::Objects, "AWS::S3::Bucket"),
            (PlaceKind::Messages, "AWS::SQS::Queue"),
            (PlaceKind::Lines, "AWS::Logs::LogGroup"),
        ] {
            let registered: BTreeSet<&str> = of(kind).map(resource).collect();
            assert_eq!(registered, named(type_name), "{type_name}");
        }
    }

    #[test]
    fn point_in_time_copies_are_kept_as_long_as_the_template_says() {
        let all = resources();
        let protected: BTreeSet<&str> = named("AWS::DynamoDB::Table")
            .into_iter()
            .filter(|name| all[name].iter().any(|line| line.contains("PointInTimeRecoveryEnabled: true")))
            .collect();
        assert_eq!(of(PlaceKind::PointInTime).map(resource).collect::<BTreeSet<_>>(), protected);
        for place in of(PlaceKind::PointInTime) {
            let lines = &all[place.resource];
            assert!(!lines.iter().any(|line| line.contains("RecoveryPeriodInDays")), "{}", place.resource);
            assert_eq!(place.after_erasure, Kept::Days(POINT_IN_TIME_DAYS), "{}", place.resource);
        }
    }

    #[test]
    fn every_table_that_a_restore_copies_is_registered() {
        let copied = TableKind::RESTORED.map(TableKind::as_str);
        let named: Vec<String> = of(PlaceKind::Copy)
            .map(|place| resource(place).trim_end_matches("Table").to_lowercase())
            .collect();
        assert_eq!(named, copied);
        // A copy holds what its table holds.
        for place in of(PlaceKind::Copy) {
            let table = of(PlaceKind::Items).find(|table| table.resource == place.resource).unwrap();
            assert_eq!(place.is_personal, table.is_personal, "{}", place.resource);
        }
    }

    /// The erasure of an account reaches its own backups and not the platform's.
    #[test]
    fn backups_that_no_erasure_reaches_go_with_their_night() {
        let of_platform = ObjectKey::backup_folder(jiff::civil::date(2026, 11, 20), None);
        let place = of(PlaceKind::Objects).find(|place| {
            let folder = place.resource.split('`').nth(1).unwrap();
            folder.replace("{date}", "2026-11-20") == of_platform
        });
        assert_eq!(place.map(|place| place.after_erasure), Some(Kept::Days(BACKUP_DAYS)));
    }

    #[test]
    fn messages_objects_and_lines_are_kept_as_long_as_the_template_says() {
        let all = resources();
        for place in of(PlaceKind::Messages) {
            let seconds =
                number(&all[place.resource], "MessageRetentionPeriod").unwrap_or(QUEUE_DAYS * 86_400);
            assert_eq!(place.after_erasure, Kept::Days(seconds / 86_400), "{}", place.resource);
        }
        for place in of(PlaceKind::Lines) {
            assert!(
                all[place.resource].contains(&"RetentionInDays: !Ref LogRetentionDays"),
                "{}",
                place.resource
            );
        }
        let (_, parameter) = TEMPLATE.split_once("\n  LogRetentionDays:\n").unwrap();
        let default = number(&parameter.lines().map(str::trim).take(4).collect::<Vec<_>>(), "Default");
        assert_eq!(default, Some(DEFAULT_LOG_DAYS));
        let replaced = format!("NoncurrentVersionExpiration: {{ NoncurrentDays: {BACKUP_DAYS} }}");
        assert!(all["MediaBucket"].contains(&replaced.as_str()));
        assert_eq!(number(&all["VaultBucket"], "ExpirationInDays"), Some(BACKUP_DAYS));
    }

    /// A message that cannot be handled rests for weeks, and people read it.
    #[test]
    fn messages_hold_references_only() {
        for place in of(PlaceKind::Messages) {
            assert!(!place.is_personal, "{}", place.resource);
        }
    }

    #[test]
    fn what_is_kept_without_an_end_is_not_personal() {
        for place in PLACES.iter().filter(|place| place.after_erasure == Kept::Always) {
            assert!(!place.is_personal, "{}", place.resource);
        }
    }

    /// What a mail promises is the register: whatever personal is left is said, with the longest time.
    #[test]
    fn what_is_left_is_said() {
        let said = left_after_erasure(90).join("\n");
        let needed = [
            ("35 days", "point in time"),
            ("copy of our tables", "copies"),
            ("5 days", "mails"),
            ("90 days", "logs"),
        ];
        for (needed, kind) in needed {
            assert!(said.contains(needed), "{kind}: {said}");
        }
        assert!(said.contains("Stripe") && said.contains("mail service's list"), "{said}");
    }

    #[test]
    fn the_page_shows_the_register() {
        let page = include_str!("../../../docs/privacy.md");
        assert!(page.contains(&as_markdown()), "docs/privacy.md should show:\n{}", as_markdown());
        for left in left_after_erasure(DEFAULT_LOG_DAYS) {
            let words: Vec<&str> = left.split_whitespace().collect();
            let of_page: Vec<&str> = page.split_whitespace().collect();
            assert!(
                of_page.windows(words.len()).any(|window| window == words),
                "docs/privacy.md should say: {left}"
            );
        }
    }
}
