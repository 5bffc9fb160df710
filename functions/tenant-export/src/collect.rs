//! Collects what there is of a tenant, at one time, as files of an archive.
//!
//! The items are those of the tenant's own partitions. The digests by which sessions, invitations and API keys are
//! verified are withheld, because anybody who finds the archive could attack the credentials with them.

use cloud::bucket::Bucket;
use cloud::clock;
use cloud::table::Item;
use cloud::table::types::AttributeValue;
use protection::{TableKind, Tables, item};
use rawzip::path::ZipFilePath;
use tenancy::{ExportId, ExportPart, ObjectKey, TenantId};

use crate::error::ExportError;
use crate::snapshot::{File, Snapshot};

/// The attributes that hold digests of credentials.
const SECRETS: [&str; 2] = ["chain", "digest"];

/// The value that replaces them.
const WITHHELD: &str = "(withheld)";

/// The prefixes of the sort keys of items that have such attributes.
const CREDENTIALS: [&str; 3] = ["SESSION#", "API_KEY#", "INVITATION#"];

/// Writes the tenant's items to objects, and lists the archive's files: these, and the current versions of all objects
/// of the tenant except exports. Cost: a query for every MB of items, a request for every 8 MiB of
/// them, and one for every 1,000 versions of objects.
pub async fn collect(
    tables: &Tables,
    bucket: &Bucket,
    tenant: TenantId,
    export: &ExportId,
) -> Result<Snapshot, ExportError> {
    let taken_at = clock::now().as_second();
    for kind in TableKind::ALL {
        let key = ObjectKey::export(&tenant, export, ExportPart::Items(kind.as_str()));
        let mut object = bucket.upload(key, "application/x-ndjson");
        let mut items = tables.items(kind, &tenant);
        while let Some(page) = items.next_page().await? {
            for item in page {
                object.write(&item::to_line(&without_secrets(item))?).await?;
            }
        }
        object.finish().await?;
    }

    let (mut items, mut objects, mut after) = (Vec::new(), Vec::new(), None);
    let own = format!("tenants/{tenant}/");
    loop {
        let page = bucket.versions(&own, after).await?;
        for version in page.versions.into_iter().filter(|version| version.is_latest) {
            let (Some(name), Some(bytes)) = (version.key.strip_prefix(&own), version.bytes) else { continue };
            let (list, name) = match name.strip_prefix("exports/") {
                None => (&mut objects, format!("objects/{name}")),
                Some(part) => match part.strip_prefix(&format!("{export}/")) {
                    Some(part) if part.ends_with(".jsonl") => (&mut items, format!("items/{part}")),
                    _ => continue,
                },
            };
            // Normalised as `rawzip` does it, so that the manifest has the same names as the archive.
            let name = ZipFilePath::from_str(&name).as_str().to_owned();
            let modified_at = version.written_at;
            list.push(File { name, key: version.key, version: version.version, bytes, modified_at });
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    items.append(&mut objects);
    Ok(Snapshot { tenant, taken_at, files: items })
}

fn without_secrets(mut item: Item) -> Item {
    let sort_key = item.get("sk").and_then(|key| key.as_s().ok());
    if sort_key.is_some_and(|key| CREDENTIALS.iter().any(|kind| key.starts_with(kind))) {
        for secret in SECRETS {
            if let Some(value) = item.get_mut(secret) {
                *value = AttributeValue::S(WITHHELD.to_owned());
            }
        }
    }
    item
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(sort_key: &str) -> Item {
        let text = |value: &str| AttributeValue::S(value.to_owned());
        [("sk", sort_key), ("digest", "a"), ("chain", "b"), ("name", "c")]
            .into_iter()
            .map(|(name, value)| (name.to_owned(), text(value)))
            .collect()
    }

    #[test]
    fn what_credentials_are_known_by_is_withheld_and_nothing_else() {
        for sort_key in ["SESSION#sess_1", "API_KEY#key_1", "INVITATION#inv_1"] {
            let kept = without_secrets(item(sort_key));
            let shown = |name: &str| kept[name].as_s().unwrap().as_str();
            assert_eq!((shown("digest"), shown("chain"), shown("name")), (WITHHELD, WITHHELD, "c"));
        }
        assert_eq!(without_secrets(item("ARTEFACT#1")), item("ARTEFACT#1"));
    }
}
