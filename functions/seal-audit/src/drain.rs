//! Working off a list that may have any number of pages.

use std::collections::BTreeMap;
use std::time::Instant;

use futures_util::stream::{self, StreamExt as _};
use tenancy::TenantId;

/// How many tenants' items are worked on at the same time. Each takes some 20 ms.
const TENANTS_AT_ONCE: usize = 8;

/// Gives every item of every page to `work`: those of one tenant in their order, because they are appended to one
/// chain, and those of different tenants at the same time. Ends early at `until`, and gives whether it came to the end.
///
/// # Errors
/// That of `page`; what was read before it is done then.
pub(crate) async fn drain<T, C, E>(
    page: impl AsyncFn(Option<C>) -> Result<(Vec<T>, Option<C>), E>,
    tenant: impl Fn(&T) -> TenantId,
    work: impl AsyncFn(T),
    until: Instant,
) -> Result<bool, E> {
    let mut after = None;
    loop {
        if Instant::now() >= until {
            return Ok(false);
        }
        let (items, next) = page(after).await?;
        let mut of_tenants: BTreeMap<TenantId, Vec<T>> = BTreeMap::new();
        for item in items {
            of_tenants.entry(tenant(&item)).or_default().push(item);
        }
        let work = &work;
        let of_one = |items: Vec<T>| async move {
            for item in items {
                if Instant::now() < until {
                    work(item).await;
                }
            }
        };
        stream::iter(of_tenants.into_values()).for_each_concurrent(TENANTS_AT_ONCE, of_one).await;
        after = next;
        if after.is_none() {
            return Ok(Instant::now() < until);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::Mutex;
    use std::time::Duration;

    use super::*;

    /// 2,500 items of three tenants in pages of 1,000, as a table gives them.
    async fn drained(until: Instant) -> (bool, Vec<usize>, [Vec<usize>; 3]) {
        let tenants: [TenantId; 3] = std::array::from_fn(|_| TenantId::new());
        let done: Mutex<[Vec<usize>; 3]> = Mutex::default();
        let asked = Mutex::new(Vec::new());
        let page = async |after: Option<usize>| {
            let from = after.unwrap_or(0);
            asked.lock().unwrap().push(from);
            let to = 2_500.min(from + 1_000);
            Ok::<_, Infallible>(((from..to).collect(), Some(to).filter(|to| *to < 2_500)))
        };
        let work = async |item: usize| done.lock().unwrap()[item % 3].push(item);
        let is_done = drain(page, |item| tenants[item % 3], work, until).await.unwrap();
        (is_done, asked.into_inner().unwrap(), done.into_inner().unwrap())
    }

    #[tokio::test]
    async fn every_page_is_worked_off_and_each_tenants_items_in_order() {
        let (is_done, asked, done) = drained(Instant::now() + Duration::from_secs(60)).await;
        assert!(is_done);
        assert_eq!(asked, [0, 1_000, 2_000]);
        assert_eq!(done.iter().map(Vec::len).sum::<usize>(), 2_500);
        assert!(done.iter().all(|items| items.is_sorted()));
    }

    #[tokio::test]
    async fn no_work_begins_after_the_time_is_over() {
        let (is_done, asked, done) = drained(Instant::now()).await;
        assert_eq!((is_done, asked, done), (false, vec![], [vec![], vec![], vec![]]));
    }
}
