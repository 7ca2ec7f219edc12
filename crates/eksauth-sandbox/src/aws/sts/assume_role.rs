//! Sessions of roles.

use super::answer::{Node, credentials};
use super::{input, refusals};
use crate::aws::Shared;
use crate::aws::caller::Caller;
use crate::aws::keys::SessionCredentials;
use crate::aws::parameters::Parameters;
use crate::aws::refusal::Refusal;
use crate::world::{Action, Role};

/// What IAM lets any role be set to, in seconds; the role's own limit comes on top.
const LONGEST: u32 = 43_200;

/// The longest session of a role that is assumed from a session of a role, in seconds.
const LONGEST_CHAINED: u32 = 3_600;

const DEFAULT: u32 = 3_600;

pub(super) fn answer(
    aws: &Shared,
    caller: &Caller,
    parameters: &Parameters,
) -> Result<Node, Refusal> {
    let role_arn = input::required(parameters, "RoleArn")?;
    let session_name = input::session_name(parameters)?;
    let external_id = input::external_id(parameters)?;
    let lifetime = input::duration(parameters, DEFAULT, LONGEST)?;
    input::check_supported(parameters)?;
    check_mfa(parameters)?;

    if caller.is_denied(Action::AssumeRole) {
        return Err(refusals::denied_explicitly(caller, role_arn));
    }
    let role = aws.principals.role(role_arn);
    let role = role.filter(|it| trusts(it, caller, external_id));
    let role = role.ok_or_else(|| refusals::not_authorized(caller, role_arn))?;
    check_lifetime(lifetime.as_secs(), &role, Some(caller))?;

    let issued = aws
        .keys
        .issue(role.session(session_name), aws.clock.now(), lifetime);
    let issued = issued.map_err(|_| refusals::no_randomness())?;
    Ok(Node::branch([
        ("AssumedRoleUser", assumed_role_user(&issued)),
        ("Credentials", credentials(&issued)),
    ]))
}

fn trusts(role: &Role, caller: &Caller, external_id: Option<&str>) -> bool {
    let needed = role.trust.external_id.as_deref();
    caller.is_trusted_by(role) && needed.is_none_or(|it| external_id == Some(it))
}

/// There are no MFA devices here, so no code of one can be right.
fn check_mfa(parameters: &Parameters) -> Result<(), Refusal> {
    let given = ["SerialNumber", "TokenCode"];
    if given.iter().all(|it| parameters.get(it).is_none()) {
        return Ok(());
    }
    Err(refusals::access_denied(
        "MultiFactorAuthentication failed with invalid MFA one time pass code: this local AWS has \
         no MFA devices.",
    ))
}

/// The limits of the role, and of chains of roles.
pub(super) fn check_lifetime(
    seconds: i64,
    role: &Role,
    caller: Option<&Caller>,
) -> Result<(), Refusal> {
    if seconds > role.max_session_duration.into() {
        return Err(refusals::validation(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        ));
    }
    let chained = matches!(caller, Some(Caller::RoleSession(..)));
    if chained && seconds > LONGEST_CHAINED.into() {
        return Err(refusals::validation(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by \
             role chaining",
        ));
    }
    Ok(())
}

pub(super) fn assumed_role_user(issued: &SessionCredentials) -> Node {
    Node::branch([
        ("AssumedRoleId", Node::text(issued.user_id())),
        ("Arn", Node::text(issued.arn())),
    ])
}
