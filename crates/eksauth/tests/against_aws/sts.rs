//! An STS that gives what its test wants.

use std::sync::atomic::{AtomicU64, Ordering};

use eksauth_testing::{Answer, HttpService, SentRequest};

pub(crate) const SECRET: &str = "session/Ab3dEfGh1jKlMnOpQrStUvWxYz012345";
pub(crate) const SESSION_TOKEN: &str = "session-token/IQoJb3JpZ2luX2VjEJr//////////wEaCXVz==";

/// Answers each `AssumeRole` with another session, which ends at one in the afternoon.
pub(crate) fn giving_sessions() -> HttpService {
    let number = AtomicU64::new(1);
    HttpService::start(move |request| session(request, number.fetch_add(1, Ordering::SeqCst)))
}

pub(crate) fn session(request: &SentRequest, number: u64) -> Answer {
    assert_eq!(request.form("Action").as_deref(), Some("AssumeRole"));
    Answer::new(
        200,
        format!(
            "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
             <AssumeRoleResult><Credentials><AccessKeyId>ASIASESSION{number}</AccessKeyId>\
             <SecretAccessKey>{SECRET}</SecretAccessKey>\
             <SessionToken>{SESSION_TOKEN}</SessionToken>\
             <Expiration>2026-01-01T13:00:00Z</Expiration></Credentials>\
             </AssumeRoleResult></AssumeRoleResponse>"
        ),
    )
}

/// Refuses everything, in AWS's words.
pub(crate) fn refusing(status: u16, code: &'static str, message: &'static str) -> HttpService {
    HttpService::start(move |_| {
        Answer::new(
            status,
            format!(
                "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error>\
                 <Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>\
                 <RequestId>01234567</RequestId></ErrorResponse>"
            ),
        )
    })
}
