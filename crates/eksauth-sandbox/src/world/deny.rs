//! What a principal must not do.

use super::WorldError;

/// An action that the local AWS asks permission for. `sts:GetCallerIdentity` is not among them: AWS
/// answers it whatever policies say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    AssumeRole,
    DescribeCluster,
    ListClusters,
}

impl Action {
    const ALL: [Self; 3] = [Self::AssumeRole, Self::DescribeCluster, Self::ListClusters];

    /// As it stands in policies.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::AssumeRole => "sts:AssumeRole",
            Self::DescribeCluster => "eks:DescribeCluster",
            Self::ListClusters => "eks:ListClusters",
        }
    }
}

/// The actions that are denied to a principal; all others are allowed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Deny(Vec<Action>);

impl Deny {
    /// Resolves patterns such as `eks:*`. One that matches nothing is a mistake, not a permission.
    pub(super) fn of(entry: &str, patterns: &[String]) -> Result<Self, WorldError> {
        let mut denied = Vec::new();
        for pattern in patterns {
            let matching = Action::ALL
                .into_iter()
                .filter(|it| matches(pattern, it.name()));
            let before = denied.len();
            denied.extend(matching);
            if denied.len() == before {
                let names = Action::ALL.map(Action::name).join("`, `");
                return Err(WorldError::unexpected(
                    &format!("{entry}, deny"),
                    &format!("one of `{names}`, or a pattern with `*` that matches some of them"),
                    pattern,
                ));
            }
        }
        Ok(Self(denied))
    }

    pub(crate) fn denies(&self, action: Action) -> bool {
        self.0.contains(&action)
    }
}

/// `*` stands for any characters; case does not count, as in IAM.
fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.to_ascii_lowercase(), name.to_ascii_lowercase());
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else {
        return false;
    };
    let Some(last) = pieces.next_back() else {
        return rest.is_empty();
    };
    for piece in pieces {
        match rest.split_once(piece) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_in_iam() {
        for (pattern, matching) in [
            ("*", true),
            ("eks:*", true),
            ("EKS:describecluster", true),
            ("eks:Describe*", true),
            ("*:*Cluster", true),
            ("eks:*Cluster*", true),
            ("eks:DescribeCluster*", true),
            ("eks:Describe", false),
            ("sts:*", false),
            ("eks:*Clusters", false),
            ("", false),
        ] {
            assert_eq!(
                matches(pattern, "eks:DescribeCluster"),
                matching,
                "{pattern}"
            );
        }
    }
}
