//! Entries that nearly match.

mod obstacle;
mod parts;

use std::fmt;

use self::parts::Parts;
use crate::rule::{Demand, Rule};
use crate::shown::shown;
use crate::wildcard::Wildcard;
use crate::written_arn::{comparable, role_of_session, without_path};
use crate::{
    Arns, BackendMode, List, MappingSet, Matching, Place, Principal, RolePaths, Sso, UserIds, Who,
    permission_set,
};

pub use obstacle::Obstacle;

/// An entry that would match but for one thing.
///
/// Displayed, it is a line such as ``EKSConfigMap, mapRoles[2], line 14: this ARN would match
/// without its path `/team/` ``.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearMiss {
    /// The backend of the entry.
    pub backend: BackendMode,
    /// Where the entry stands.
    pub place: Place,
    /// The one thing.
    pub obstacle: Obstacle,
}

impl NearMiss {
    pub(crate) fn all_in<'a>(
        backend: BackendMode,
        set: &'a MappingSet,
        principal: &'a Principal,
    ) -> impl Iterator<Item = Self> + 'a {
        let arn = principal.canonical_arn.to_ascii_lowercase();
        set.rules().iter().filter_map(move |rule| {
            let obstacle = match set.matching().user_ids {
                UserIds::Required => of_user_id(rule, principal),
                UserIds::Ignored | UserIds::Pinned => of_arn(rule, set.matching(), principal, &arn),
            }?;
            Some(Self {
                backend,
                place: rule.place,
                obstacle,
            })
        })
    }
}

impl fmt::Display for NearMiss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}: {}", self.backend, self.place, self.obstacle)
    }
}

/// Where the user id finds the entry.
fn of_user_id(rule: &Rule, principal: &Principal) -> Option<Obstacle> {
    let id = rule.user_id.as_deref()?;
    let written = || shown(id);
    match rule.check(principal) {
        Err(_) if id == principal.user_id => Some(Obstacle::Arn),
        Ok(()) if id == principal.user_id => None,
        Ok(()) if id.eq_ignore_ascii_case(&principal.user_id) => {
            Some(Obstacle::UserIdCase { written: written() })
        }
        Ok(()) if rule.demand != Demand::Nothing => Some(Obstacle::UserId { written: written() }),
        _ => None,
    }
}

/// Where the ARN finds the entry.
fn of_arn(rule: &Rule, matching: Matching, principal: &Principal, arn: &str) -> Option<Obstacle> {
    let (pattern, turned_off) = Pattern::of(rule, matching)?;
    let demand_is_met = rule.check(principal).is_ok();
    match (pattern.matches(arn), turned_off) {
        (true, Some(obstacle)) if demand_is_met => Some(obstacle),
        (true, None) if !demand_is_met => {
            let written = shown(rule.user_id.as_deref()?);
            Some(Obstacle::UserId { written })
        }
        (false, None) if demand_is_met => pattern.obstacle(arn),
        _ => None,
    }
}

/// Whom an entry is meant to match, once everything that can be turned on is.
enum Pattern {
    Arn(String),
    PermissionSet(String),
    /// With the ARN as written.
    Wildcard(Wildcard, String),
}

impl Pattern {
    /// And why it does not match them as things are.
    fn of(rule: &Rule, matching: Matching) -> Option<(Self, Option<Obstacle>)> {
        let written = match &rule.who {
            Who::Arn(arn) => arn,
            Who::Sso {
                permission_set_name: name,
                account_id,
                partition,
            } => {
                let stem = permission_set::stem(name, account_id, partition).ok()?;
                let off = (matching.sso != Sso::Matched).then_some(Obstacle::SsoOff);
                return Some((Self::PermissionSet(stem), off));
            }
            Who::UserIdOnly => return None,
        };
        let arn = comparable(written, matching.arns).ok()?;
        if let Some(role) = role_of_session(&arn).filter(|_| matching.arns == Arns::AsWritten) {
            return Some((Self::Arn(role), Some(Obstacle::SessionArn)));
        }
        if Wildcard::is_in(&arn) && rule.place.list == List::Roles {
            let wildcard = Wildcard::new(&arn)?;
            let off = (!matching.wildcards).then_some(Obstacle::WildcardsOff);
            return Some((Self::Wildcard(wildcard, arn), off));
        }
        let without = without_path(&arn).filter(|_| matching.role_paths == RolePaths::Dropped);
        Some((Self::Arn(without.unwrap_or(arn)), None))
    }

    fn matches(&self, arn: &str) -> bool {
        match self {
            Self::Arn(wanted) => wanted == arn,
            Self::PermissionSet(stem) => permission_set::stem_of(arn) == Some(stem),
            Self::Wildcard(wildcard, _) => wildcard.matches(arn),
        }
    }

    /// The one part of a principal's ARN that, if it were that of the entry, would make it match.
    fn obstacle(&self, arn: &str) -> Option<Obstacle> {
        let (Self::Arn(text) | Self::PermissionSet(text) | Self::Wildcard(_, text)) = self;
        if matches!(self, Self::PermissionSet(_)) && arn.starts_with(text) {
            return Some(Obstacle::LongerPermissionSet);
        }
        let (entry, found) = (Parts::of(text)?, Parts::of(arn)?);
        let fits = |parts: Parts<'_>| self.matches(&parts.to_string());
        if fits(found.with_partition(entry.partition)) {
            let written = shown(entry.partition);
            Some(Obstacle::Partition { written })
        } else if fits(found.with_account(entry.account)) {
            let written = shown(entry.account);
            Some(Obstacle::Account { written })
        } else if fits(found.with_kind(entry.kind)) {
            let (written, wanted) = (shown(entry.kind), shown(found.kind));
            Some(Obstacle::Kind { written, wanted })
        } else if fits(found.with_path(entry.path)) {
            let (written, wanted) = (shown(entry.path), shown(found.path));
            Some(Obstacle::Path { written, wanted })
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests;
