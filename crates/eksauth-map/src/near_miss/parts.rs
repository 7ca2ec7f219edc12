//! An ARN in the parts that people mistake.

use std::fmt;

/// Put together again, the parts are the ARN. Nothing is judged.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parts<'a> {
    pub(super) partition: &'a str,
    /// The service and the region with the colon between them.
    service: &'a str,
    pub(super) account: &'a str,
    /// Such as `role`.
    pub(super) kind: &'a str,
    /// From the slash behind the kind to the last one; `/` where there is no path.
    pub(super) path: &'a str,
    name: &'a str,
}

impl<'a> Parts<'a> {
    pub(super) fn of(arn: &'a str) -> Option<Self> {
        let (partition, rest) = arn.strip_prefix("arn:")?.split_once(':')?;
        let (second_colon, _) = rest.match_indices(':').nth(1)?;
        let (service, rest) = rest.split_at_checked(second_colon)?;
        let (account, resource) = rest.strip_prefix(':')?.split_once(':')?;
        let kind_end = resource.find('/').unwrap_or(resource.len());
        let (kind, path_and_name) = resource.split_at_checked(kind_end)?;
        let path_end = path_and_name.rfind('/').map_or(0, |at| at + 1);
        let (path, name) = path_and_name.split_at_checked(path_end)?;
        Some(Self {
            partition,
            service,
            account,
            kind,
            path,
            name,
        })
    }

    pub(super) fn with_partition(self, partition: &'a str) -> Self {
        Self { partition, ..self }
    }

    pub(super) fn with_account(self, account: &'a str) -> Self {
        Self { account, ..self }
    }

    pub(super) fn with_kind(self, kind: &'a str) -> Self {
        Self { kind, ..self }
    }

    pub(super) fn with_path(self, path: &'a str) -> Self {
        Self { path, ..self }
    }
}

impl fmt::Display for Parts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            partition,
            service,
            account,
            kind,
            path,
            name,
        } = self;
        write!(f, "arn:{partition}:{service}:{account}:{kind}{path}{name}")
    }
}
