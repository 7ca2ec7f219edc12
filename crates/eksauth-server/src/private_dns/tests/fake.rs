//! An EC2 by a script. Instance number N has the name `ip-N.internal`.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::{BoxFuture, pending};
use tokio::time::{Instant, sleep};

use super::super::*;

/// The id of an instance.
pub(super) fn id(number: usize) -> InstanceId {
    format!("i-{number:017}").parse().unwrap()
}

#[derive(Clone, Default)]
pub(super) struct FakeEc2 {
    shared: Arc<Shared>,
    latency: Duration,
    is_silent: bool,
    per_page: Option<usize>,
}

#[derive(Default)]
struct Shared {
    calls: Mutex<Vec<Call>>,
    errors: Mutex<Vec<DescribeError>>,
    missing: Mutex<HashSet<InstanceId>>,
    nameless: Mutex<HashSet<InstanceId>>,
}

#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) at: Instant,
    pub(super) ids: Vec<InstanceId>,
}

impl FakeEc2 {
    pub(super) fn slow(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    pub(super) fn silent(mut self) -> Self {
        self.is_silent = true;
        self
    }

    /// Answers page by page.
    pub(super) fn in_pages_of(mut self, count: usize) -> Self {
        self.per_page = Some(count);
        self
    }

    /// The next calls fail so.
    pub(super) fn fail(&self, errors: impl IntoIterator<Item = DescribeError>) {
        self.shared.errors.lock().unwrap().extend(errors);
    }

    pub(super) fn set_missing(&self, numbers: impl IntoIterator<Item = usize>) {
        *self.shared.missing.lock().unwrap() = numbers.into_iter().map(id).collect();
    }

    pub(super) fn set_nameless(&self, numbers: impl IntoIterator<Item = usize>) {
        *self.shared.nameless.lock().unwrap() = numbers.into_iter().map(id).collect();
    }

    pub(super) fn calls(&self) -> Vec<Call> {
        self.shared.calls.lock().unwrap().clone()
    }

    async fn answer(&self, query: InstanceQuery<'_>) -> Result<InstancePage, DescribeError> {
        let ids = query.ids.to_vec();
        self.shared.calls.lock().unwrap().push(Call {
            at: Instant::now(),
            ids: ids.clone(),
        });
        if self.is_silent {
            pending::<()>().await;
        }
        if !self.latency.is_zero() {
            sleep(self.latency).await;
        }
        let mut errors = self.shared.errors.lock().unwrap();
        if !errors.is_empty() {
            return Err(errors.remove(0));
        }
        let start: usize = query.next_token.map_or(0, |token| token.parse().unwrap());
        let end = self.per_page.map_or(ids.len(), |it| start + it);
        let page = &ids[start..end.min(ids.len())];
        Ok(InstancePage {
            names: page.iter().filter_map(|id| self.instance(id)).collect(),
            next_token: (end < ids.len()).then(|| end.to_string()),
        })
    }

    fn instance(&self, id: &InstanceId) -> Option<(String, String)> {
        if self.shared.missing.lock().unwrap().contains(id) {
            return None;
        }
        let is_nameless = self.shared.nameless.lock().unwrap().contains(id);
        let number: usize = id.as_str().trim_start_matches("i-").parse().unwrap();
        let name = match is_nameless {
            true => String::new(),
            false => format!("ip-{number}.internal"),
        };
        Some((id.to_string(), name))
    }
}

impl DescribeInstances for FakeEc2 {
    fn describe_instances<'a>(
        &'a self,
        query: InstanceQuery<'a>,
    ) -> BoxFuture<'a, Result<InstancePage, DescribeError>> {
        Box::pin(self.answer(query))
    }
}
