//! Sessions of roles for those who hold a web identity token and no key.

use super::answer::{Node, credentials};
use super::assume_role::{assumed_role_user, check_lifetime};
use super::{input, refusals};
use crate::aws::Shared;
use crate::aws::parameters::Parameters;
use crate::aws::refusal::Refusal;
use crate::aws::web_identity::{BadToken, Claims};

/// The audience that IAM's identity providers are commonly set up with, as here.
const AUDIENCE: &str = "sts.amazonaws.com";

const DEFAULT: u32 = 3_600;
const LONGEST: u32 = 43_200;

pub(super) fn answer(aws: &Shared, parameters: &Parameters) -> Result<Node, Refusal> {
    let role_arn = input::required(parameters, "RoleArn")?;
    let session_name = input::session_name(parameters)?;
    let token = input::required(parameters, "WebIdentityToken")?;
    let lifetime = input::duration(parameters, DEFAULT, LONGEST)?;
    input::check_supported(parameters)?;

    let claims = claims(aws, token)?;
    let role = aws.principals.role(role_arn);
    let role = role.filter(|it| it.trust.web_identity.contains(&claims.sub));
    let role = role.ok_or_else(|| {
        refusals::access_denied("Not authorized to perform sts:AssumeRoleWithWebIdentity")
    })?;
    check_lifetime(lifetime.as_secs(), &role, None)?;

    let issued = aws
        .keys
        .issue(role.session(session_name), aws.clock.now(), lifetime);
    let issued = issued.map_err(|_| refusals::no_randomness())?;
    Ok(Node::branch([
        ("Audience", Node::text(claims.aud)),
        ("AssumedRoleUser", assumed_role_user(&issued)),
        ("Provider", Node::text(aws.web_identity.provider())),
        ("Credentials", credentials(&issued)),
        ("SubjectFromWebIdentityToken", Node::text(claims.sub)),
    ]))
}

fn claims(aws: &Shared, token: &str) -> Result<Claims, Refusal> {
    let now = aws.clock.now();
    let claims = aws.web_identity.verify(token, AUDIENCE, now);
    claims.map_err(|bad| match bad {
        BadToken::Forged => refusals::invalid_identity_token(
            "The web identity token that was passed could not be validated by the identity provider",
        ),
        BadToken::Audience => refusals::invalid_identity_token("Incorrect token audience"),
        BadToken::Expired { at } => refusals::expired_identity_token(now.as_second(), at),
    })
}
