//! By what the entries of a backend are found.

use eksauth_token::Arn;

use crate::permission_set;
use crate::rule::Demand;
use crate::shown::shown;
use crate::wildcard::Wildcard;
use crate::written_arn::{comparable, role_of_session, without_path};
use crate::{List, Mapping, Matching, ProblemKind, RolePaths, Sso, UserIds, WarningKind, Who};

/// By what an entry is found.
pub(super) enum Subject {
    /// This ARN, in lower case.
    Arn(String),
    /// What [`permission_set::stem`] makes.
    PermissionSet(String),
    /// Roles of these names, and the lower-cased ARN as written.
    Wildcard(Wildcard, String),
    /// This user id.
    UserId(String),
    /// By nothing, for now.
    Nobody,
}

impl Subject {
    /// Judges an entry.
    pub(super) fn of(
        mapping: &Mapping,
        matching: Matching,
        warnings: &mut Vec<WarningKind>,
    ) -> Result<Self, ProblemKind> {
        match &mapping.who {
            Who::Sso {
                permission_set_name: name,
                account_id,
                partition,
            } => {
                let stem = permission_set::stem(name, account_id, partition)?;
                match (matching.user_ids, matching.sso) {
                    (UserIds::Required, _) => {
                        warnings.push(WarningKind::SsoBesideUserId);
                        by_user_id(mapping)
                    }
                    (_, Sso::Matched) => Ok(Self::PermissionSet(stem)),
                    (_, Sso::Ignored) => {
                        warnings.push(WarningKind::SsoOff);
                        Ok(Self::Nobody)
                    }
                    (_, Sso::Refused) => Err(ProblemKind::Sso),
                }
            }
            Who::Arn(_) | Who::UserIdOnly if matching.user_ids == UserIds::Required => {
                by_user_id(mapping)
            }
            Who::Arn(arn) if !arn.is_empty() => by_arn(arn, mapping.place.list, matching, warnings),
            Who::Arn(_) | Who::UserIdOnly => Err(ProblemKind::NoArn),
        }
    }
}

/// What a principal that was found must have besides.
pub(super) fn demand(
    mapping: &Mapping,
    user_ids: UserIds,
    warnings: &mut Vec<WarningKind>,
) -> Demand {
    match (user_ids, &mapping.who) {
        (UserIds::Pinned, _) if user_id(mapping).is_some() => Demand::UserId,
        (UserIds::Required, Who::Arn(arn)) if !arn.is_empty() => match Arn::parse(arn) {
            Ok(arn) => Demand::Arn(arn.without_path().to_ascii_lowercase().into()),
            Err(error) => {
                warnings.push(WarningKind::NotAPrincipal(error));
                Demand::Impossible
            }
        },
        _ => Demand::Nothing,
    }
}

fn user_id(mapping: &Mapping) -> Option<&str> {
    mapping.user_id.as_deref().filter(|id| !id.is_empty())
}

fn by_user_id(mapping: &Mapping) -> Result<Subject, ProblemKind> {
    let id = user_id(mapping).ok_or(ProblemKind::NoUserId)?;
    Ok(Subject::UserId(id.to_owned()))
}

fn by_arn(
    written: &str,
    list: List,
    matching: Matching,
    warnings: &mut Vec<WarningKind>,
) -> Result<Subject, ProblemKind> {
    let arn = comparable(written, matching.arns).map_err(ProblemKind::Arn)?;
    if role_of_session(&arn).is_some() {
        warnings.push(WarningKind::SessionArn);
        return Ok(Subject::Arn(arn));
    }
    if Wildcard::is_in(&arn) {
        if matching.wildcards && list == List::Roles {
            return by_wildcard(arn, warnings);
        }
        warnings.push(WarningKind::LiteralWildcard);
    } else if let Err(error) = Arn::parse(&arn).and_then(|arn| arn.canonical()) {
        warnings.push(WarningKind::NotAPrincipal(error));
    }
    match without_path(&arn) {
        Some(without) if matching.role_paths == RolePaths::Dropped => Ok(Subject::Arn(without)),
        Some(without) => {
            // In the letters of its author, if that is an ARN already.
            let write = shown(&without_path(written).unwrap_or(without));
            warnings.push(WarningKind::RolePath { write });
            Ok(Subject::Arn(arn))
        }
        None => Ok(Subject::Arn(arn)),
    }
}

fn by_wildcard(arn: String, warnings: &mut Vec<WarningKind>) -> Result<Subject, ProblemKind> {
    let wildcard =
        Wildcard::new(&arn).ok_or_else(|| ProblemKind::Wildcard { found: shown(&arn) })?;
    if wildcard.has_path() {
        warnings.push(WarningKind::PathBeforeWildcard);
    }
    Ok(Subject::Wildcard(wildcard, arn))
}
