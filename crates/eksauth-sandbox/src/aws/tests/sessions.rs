//! Sessions: who gets them, for how long, and what they are.

use std::time::Duration;

use http::StatusCode;

use super::Sandbox;
use super::client::unsigned_post;
use crate::aws::*;

const AUDIENCE: &str = "sts.amazonaws.com";
const HOUR: SignedDuration = SignedDuration::from_hours(1);

#[tokio::test]
async fn a_trusted_user_gets_a_session() {
    let sandbox = Sandbox::new();
    let user = sandbox.user("developer");
    let answer = sandbox
        .ask(user.assume("Admin", "&DurationSeconds=900"))
        .await;
    let result = answer.result();
    let arn = "arn:aws:sts::111122223333:assumed-role/Admin/me";
    assert_eq!(result["AssumedRoleUser"]["Arn"], arn);
    let id = result["AssumedRoleUser"]["AssumedRoleId"].as_str().unwrap();
    assert!(id.starts_with("AROA") && id.ends_with(":me"), "{id}");
    assert_eq!(result["Credentials"]["Expiration"], 1_795_521_600 + 900);

    let session = answer.client(&user);
    assert!(session.id.starts_with("ASIA"));
    assert!(session.token.as_ref().is_some_and(|it| it.len() > 300));
    let identity = sandbox.ask(session.presigned("demo")).await;
    assert_eq!(identity.result()["Arn"], arn);
    assert_eq!(identity.result()["UserId"], id);
}

#[tokio::test]
async fn a_session_ends_when_it_says() {
    let sandbox = Sandbox::new();
    let user = sandbox.user("developer");
    let session = sandbox
        .ask(user.assume("Admin", "&DurationSeconds=900"))
        .await
        .client(&user);
    let request = session.presigned("demo");
    sandbox.time.advance(Duration::from_secs(899));
    assert_eq!(sandbox.code(request.clone()).await, "");
    sandbox.time.advance(Duration::from_secs(1));
    let answer = sandbox.ask(request).await;
    assert_eq!(
        (answer.code().as_str(), answer.status),
        ("ExpiredToken", StatusCode::FORBIDDEN)
    );
    assert_eq!(
        answer.message(),
        "The security token included in the request is expired"
    );
}

#[tokio::test]
async fn only_the_trusted_get_a_session() {
    let sandbox = Sandbox::new();
    let (developer, ci) = (sandbox.user("developer"), sandbox.user("ci"));
    for (request, code) in [
        (developer.assume("Admin", ""), ""),
        (ci.assume("Admin", ""), "AccessDenied"),
        (ci.assume("Developer", ""), ""),
        (developer.assume("teams%2FViewer", ""), ""),
        (developer.assume("Viewer", ""), "AccessDenied"),
        (developer.assume("Nobody", ""), "AccessDenied"),
        (developer.assume("WebIdentity", ""), "AccessDenied"),
        (developer.assume("External", ""), "AccessDenied"),
        (
            developer.assume("External", "&ExternalId=wrong"),
            "AccessDenied",
        ),
        (
            developer.assume("External", "&ExternalId=sandbox-external-id"),
            "",
        ),
        (developer.assume("Admin", "&ExternalId=whatever"), ""),
    ] {
        let body = request.body().clone();
        assert_eq!(sandbox.code(request).await, code, "{body:?}");
    }
    let answer = sandbox.ask(ci.assume("Admin", "")).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(
        answer.message(),
        "User: arn:aws:iam::111122223333:user/automation/ci is not authorized to perform: \
         sts:AssumeRole on resource: arn:aws:iam::111122223333:role/Admin"
    );
}

#[tokio::test]
async fn trust_is_by_principal_session_account_or_everybody() {
    let world = World::parse(
        "{accounts: [{id: '111122223333'}, {id: '444455556666'}],
          users: [{name: u}, {name: other, account: '444455556666'}, {name: denied, deny: ['sts:*']}],
          roles: [
            {name: ByUser, trust: {principals: ['arn:aws:iam::111122223333:user/u']}},
            {name: ByRole, trust: {principals: ['arn:aws:iam::111122223333:role/ByUser']}},
            {name: BySession, trust: {principals: ['arn:aws:sts::111122223333:assumed-role/ByUser/me']}},
            {name: ByAccount, trust: {principals: ['arn:aws:iam::111122223333:root']}},
            {name: ByAnyone, trust: {principals: ['*']}}]}",
    );
    let sandbox = Sandbox::of(&world.unwrap());
    let user = |name: &str| sandbox.user(name);
    let by_user = sandbox
        .ask(user("u").assume("ByUser", ""))
        .await
        .client(&user("u"));
    for (who, client, granted) in [
        ("u", user("u"), [true, false, false, true, true]),
        ("other", user("other"), [false, false, false, false, true]),
        (
            "denied",
            user("denied"),
            [false, false, false, false, false],
        ),
        ("ByUser/me", by_user, [false, true, true, true, true]),
    ] {
        let roles = ["ByUser", "ByRole", "BySession", "ByAccount", "ByAnyone"];
        for (role, granted) in roles.into_iter().zip(granted) {
            let code = sandbox.code(client.assume(role, "")).await;
            let expected = if granted { "" } else { "AccessDenied" };
            assert_eq!(code, expected, "{who} as {role}");
        }
    }
    let answer = sandbox.ask(user("denied").assume("ByAnyone", "")).await;
    let message = answer.message();
    assert!(message.ends_with("role/ByAnyone with an explicit deny in an identity-based policy"));
}

#[tokio::test]
async fn parameters_are_checked_as_at_aws() {
    let sandbox = Sandbox::new();
    let user = sandbox.user("developer");
    let post = |form: &str| user.post(&format!("Action=AssumeRole&Version=2011-06-15{form}"));
    let arn = "&RoleArn=arn:aws:iam::111122223333:role/Admin";
    for (request, told) in [
        (post("&RoleSessionName=me"), "Value null at 'roleArn'"),
        (post(arn), "Value null at 'roleSessionName'"),
        (
            post(&format!("{arn}&RoleSessionName=a")),
            "greater than or equal to 2",
        ),
        (
            post(&format!("{arn}&RoleSessionName={}", "a".repeat(65))),
            "less than or equal to 64",
        ),
        (post(&format!("{arn}&RoleSessionName=a+b")), r"[\w+=,.@-]*"),
        (user.assume("Admin", "&ExternalId=a"), "'externalId'"),
        (
            user.assume("Admin", "&DurationSeconds=899"),
            "greater than or equal to 900",
        ),
        (
            user.assume("Admin", "&DurationSeconds=43201"),
            "less than or equal to 43200",
        ),
        (user.assume("Admin", "&DurationSeconds=1h"), "integer"),
        (
            user.assume("Admin", "&DurationSeconds=3601"),
            "MaxSessionDuration set for this role",
        ),
        (user.assume("Admin", "&Policy=%7B%7D"), "could not enforce"),
        (
            user.assume("Admin", "&PolicyArns.member.1.arn=a"),
            "could not enforce",
        ),
    ] {
        let answer = sandbox.ask(request).await;
        assert_eq!(answer.code(), "ValidationError", "{told}");
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(
            answer.message().contains(told),
            "{told}: {}",
            answer.message()
        );
    }
    let mfa = user.assume("Admin", "&SerialNumber=arn&TokenCode=123456");
    assert_eq!(sandbox.code(mfa).await, "AccessDenied");
    let longest = user.assume("Developer", "&DurationSeconds=43200");
    assert_eq!(sandbox.code(longest).await, "");
}

#[tokio::test]
async fn a_chain_of_roles_lasts_an_hour_at_most() {
    let sandbox = Sandbox::new();
    let session = sandbox.session("Admin");
    assert_eq!(
        sandbox
            .code(session.assume("Developer", "&DurationSeconds=3600"))
            .await,
        ""
    );
    let answer = sandbox
        .ask(session.assume("Developer", "&DurationSeconds=3601"))
        .await;
    assert_eq!(answer.code(), "ValidationError");
    assert!(
        answer.message().contains("role chaining"),
        "{}",
        answer.message()
    );
}

#[tokio::test]
async fn a_user_gets_a_session_of_itself() {
    let sandbox = Sandbox::new();
    let user = sandbox.user("developer");
    let form = "Action=GetSessionToken&Version=2011-06-15";
    let answer = sandbox.ask(user.post(form)).await;
    assert_eq!(
        answer.result()["Credentials"]["Expiration"],
        1_795_521_600 + 43_200
    );
    let session = answer.client(&user);
    let identity = sandbox.ask(session.identity()).await;
    assert_eq!(
        identity.result()["Arn"],
        "arn:aws:iam::111122223333:user/developer"
    );
    assert_eq!(sandbox.code(session.post(form)).await, "AccessDenied");
    // Not a chain of roles: the user's own limits hold.
    let longest = session.assume("Developer", "&DurationSeconds=43200");
    assert_eq!(sandbox.code(longest).await, "");
}

fn with_web_identity(token: &str) -> Request<Bytes> {
    unsigned_post(&format!(
        "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleSessionName=pod\
         &RoleArn=arn:aws:iam::111122223333:role/WebIdentity&WebIdentityToken={token}"
    ))
}

#[tokio::test]
async fn a_web_identity_gets_a_session_without_a_key() {
    let sandbox = Sandbox::new();
    let subject = "system:serviceaccount:default:app";
    let token = sandbox.aws.web_identity_token(subject, AUDIENCE, HOUR);
    let answer = sandbox.ask(with_web_identity(&token)).await;
    let result = answer.result();
    assert_eq!(result["SubjectFromWebIdentityToken"], subject);
    assert_eq!(result["Audience"], AUDIENCE);
    let session = answer.client(&sandbox.user("developer"));
    let identity = sandbox.ask(session.presigned("demo")).await;
    let arn = "arn:aws:sts::111122223333:assumed-role/WebIdentity/pod";
    assert_eq!(identity.result()["Arn"], arn);
}

#[tokio::test]
async fn a_web_identity_is_judged() {
    let sandbox = Sandbox::new();
    let subject = "system:serviceaccount:default:app";
    let good = sandbox.aws.web_identity_token(subject, AUDIENCE, HOUR);
    let other_audience = sandbox.aws.web_identity_token(subject, "kubernetes", HOUR);
    let other_subject = sandbox.aws.web_identity_token("somebody", AUDIENCE, HOUR);
    for (token, code, status) in [
        (format!("{}A", *good), "InvalidIdentityToken", 400),
        ("token".to_owned(), "InvalidIdentityToken", 400),
        (other_audience.to_string(), "InvalidIdentityToken", 400),
        (other_subject.to_string(), "AccessDenied", 403),
        (String::new(), "ValidationError", 400),
    ] {
        let answer = sandbox.ask(with_web_identity(&token)).await;
        assert_eq!(
            (answer.code().as_str(), answer.status.as_u16()),
            (code, status)
        );
    }
    sandbox.time.advance(Duration::from_secs(3600));
    let answer = sandbox.ask(with_web_identity(&good)).await;
    assert_eq!(answer.code(), "ExpiredTokenException");
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn sessions_can_be_had_without_asking() {
    let sandbox = Sandbox::new();
    let arn = "arn:aws:iam::111122223333:role/Admin";
    let session = sandbox.aws.session(arn, "me").unwrap();
    assert_eq!(
        session.arn(),
        "arn:aws:sts::111122223333:assumed-role/Admin/me"
    );
    let unknown = sandbox
        .aws
        .session("arn:aws:iam::111122223333:role/None", "me");
    assert!(matches!(unknown, Err(SessionError::Role { .. })));
    let name = sandbox.aws.session(arn, "a b");
    assert!(matches!(name, Err(SessionError::Name { .. })));
}
