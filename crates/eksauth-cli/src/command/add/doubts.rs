//! What may be meant otherwise, though it can be added.

use eksauth_map::{List, Who};

use super::new::New;

/// The group that may do everything, whatever RBAC says.
const MASTERS: &str = "system:masters";

/// What may be meant otherwise, a line each.
pub(super) fn about(new: &New) -> Vec<String> {
    let arn = match &new.mapping.who {
        Who::Arn(arn) => arn.as_str(),
        Who::Sso { .. } | Who::UserIdOnly => "",
    };
    let mut doubts = Vec::new();
    if arn.contains(['*', '?']) {
        doubts.push(
            "`*` and `?` stand for other characters only where `eksauth server` runs with `wildcardRoles`; \
             elsewhere they are ordinary characters, and the entry matches nobody"
                .to_owned(),
        );
    }
    if arn.ends_with(":root") {
        doubts.push(
            "this is the root user of the account, and nobody else in it: everybody in an account goes \
             into `mapAccounts`"
                .to_owned(),
        );
    }
    if new.list == List::Users && arn.contains(":role/") {
        doubts.push(
            "this is the ARN of a role, which belongs to `mapRoles`: see `add role`".to_owned(),
        );
    }
    if new.list == List::Roles && arn.contains(":user/") {
        doubts.push(
            "this is the ARN of a user, which belongs to `mapUsers`: see `add user`".to_owned(),
        );
    }
    if new.mapping.groups.iter().any(|it| it == MASTERS) {
        doubts.push(format!(
            "members of `{MASTERS}` may do everything in the cluster, and no role of RBAC takes that away"
        ));
    }
    doubts
}
