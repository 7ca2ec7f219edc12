//! Sessions of users.

use super::answer::{Node, credentials};
use super::{input, refusals};
use crate::aws::Shared;
use crate::aws::caller::Caller;
use crate::aws::parameters::Parameters;
use crate::aws::refusal::Refusal;

/// Twelve hours and 36 hours, in seconds.
const DEFAULT: u32 = 43_200;
const LONGEST: u32 = 129_600;

pub(super) fn answer(
    aws: &Shared,
    caller: &Caller,
    parameters: &Parameters,
) -> Result<Node, Refusal> {
    let lifetime = input::duration(parameters, DEFAULT, LONGEST)?;
    let Caller::User(user) = caller else {
        return Err(refusals::access_denied(
            "Cannot call GetSessionToken with session credentials",
        ));
    };
    let session = Caller::UserSession(user.clone());
    let issued = aws.keys.issue(session, aws.clock.now(), lifetime);
    let issued = issued.map_err(|_| refusals::no_randomness())?;
    Ok(Node::branch([("Credentials", credentials(&issued))]))
}
