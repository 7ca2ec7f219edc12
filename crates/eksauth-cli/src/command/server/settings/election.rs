//! Which of several servers writes the status of objects.

use crate::failed::Failed;

const NAMESPACE: &str = "kube-system";

/// The longest name of a namespace, which is a label of DNS (RFC 1123).
const LONGEST_LABEL: usize = 63;

/// Whether one of several servers writes the status of objects for all, and how they agree on it.
#[derive(Clone, Debug)]
pub(crate) struct ElectionSettings {
    pub(crate) leader_elect: bool,
    /// Where the Lease is.
    pub(crate) namespace: String,
}

impl ElectionSettings {
    pub(super) fn new(leader_elect: bool, namespace: Option<String>) -> Result<Self, Failed> {
        let namespace = namespace.unwrap_or_else(|| NAMESPACE.to_owned());
        match is_label(&namespace) {
            true => Ok(Self {
                leader_elect,
                namespace,
            }),
            false => Err(Failed::new(format!(
                "expected the name of a namespace such as `{NAMESPACE}` as `leaderElectNamespace`, but \
                 found `{}`",
                namespace.escape_default()
            ))),
        }
    }

    /// What is probably not meant so.
    pub(super) fn oddity(&self, crd_status: bool) -> Option<String> {
        (self.leader_elect && !crd_status).then(|| {
            "`leaderElect` means nothing without `crdStatus`: a leader is only needed to write the status \
             of IAMIdentityMapping objects"
                .to_owned()
        })
    }
}

/// It becomes a part of a path at the API server, so nothing else may be in it.
fn is_label(name: &str) -> bool {
    let allowed = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-';
    (1..=LONGEST_LABEL).contains(&name.len())
        && name.bytes().all(allowed)
        && !name.starts_with('-')
        && !name.ends_with('-')
}
