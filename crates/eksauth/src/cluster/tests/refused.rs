//! EKS refuses, or cannot be asked.

use std::net::TcpListener;

use aws_credential_types::credential_fn::provide_credentials_fn;
use aws_credential_types::provider::error::CredentialsError;

use super::*;
use crate::{CredentialChain, CredentialError};

async fn error_at(service: &HttpService) -> DescribeError {
    lookup_at(service).describe("prod").await.unwrap_err()
}

#[tokio::test]
async fn a_cluster_that_is_not_there_is_told_with_region_and_account_of_the_credentials() {
    let service = refusing(
        404,
        "ResourceNotFoundException",
        "No cluster found for name: prod.",
    );
    let error = error_at(&service).await;
    let DescribeError::NotFound { account, .. } = &error else {
        panic!("{error:?}");
    };
    assert_eq!(account.as_deref(), Some("123456789012"));
    assert_eq!(
        told(&error),
        "expected a cluster `prod` in region eu-west-1 of account 123456789012, but EKS found none \
         there: check name, region and profile"
    );
}

#[tokio::test]
async fn an_account_that_the_credentials_tell_is_not_asked_for() {
    let service = refusing(404, "ResourceNotFoundException", "No cluster found");
    let credentials = Credentials::builder()
        .access_key_id("AKIA")
        .secret_access_key(SECRET)
        .account_id("210987654321")
        .provider_name("test")
        .build();
    let settings = settings(&[("AWS_ENDPOINT_URL", &service.url())], "");
    let lookup = ClusterLookup::new(settings, region(), credentials);
    let error = lookup.describe("prod").await.unwrap_err();
    assert!(told(&error).contains("of account 210987654321"), "{error}");
    assert_eq!(service.requests().len(), 1);
}

#[tokio::test]
async fn an_sts_that_does_not_answer_only_leaves_out_who_asked() {
    let not_found = HttpService::start(|request| match is_sts(request) {
        true => Answer::new(500, "<html>"),
        false => refusal(404, "ResourceNotFoundException", "No cluster found"),
    });
    let error = error_at(&not_found).await;
    assert!(
        matches!(error, DescribeError::NotFound { account: None, .. }),
        "{error:?}"
    );
    assert!(told(&error).contains("of the account of the credentials"));

    let denied = HttpService::start(|request| match is_sts(request) {
        true => Answer::new(500, "<html>"),
        false => refusal(403, "AccessDeniedException", "not you"),
    });
    let error = error_at(&denied).await;
    assert!(
        matches!(error, DescribeError::AccessDenied { who: None, .. }),
        "{error:?}"
    );
    assert!(told(&error).contains("arn:aws:eks:eu-west-1:*:cluster/prod"));
}

#[tokio::test]
async fn a_denial_is_told_with_who_may_not_do_what_on_what() {
    let service = refusing(
        403,
        "AccessDeniedException",
        "no identity-based policy allows it",
    );
    let error = error_at(&service).await;
    let DescribeError::AccessDenied { action, who, .. } = &error else {
        panic!("{error:?}");
    };
    let arn = "arn:aws:sts::123456789012:assumed-role/Deploy/ci";
    assert_eq!(
        (*action, who.as_deref()),
        ("eks:DescribeCluster", Some(arn))
    );
    let told = told(&error);
    assert!(
        told.starts_with(&format!(
            "expected {arn} to be allowed `eks:DescribeCluster` on \
             `arn:aws:eks:eu-west-1:123456789012:cluster/prod`, but AWS denies it"
        )),
        "{told}"
    );
    assert!(
        told.contains("give endpoint and certificate authority"),
        "{told}"
    );
    assert!(
        told.ends_with(": no identity-based policy allows it"),
        "{told}"
    );
}

#[tokio::test]
async fn credentials_that_aws_does_not_accept_are_told_with_what_is_wrong_with_them() {
    for (code, advice) in [
        ("ExpiredTokenException", "they have expired"),
        ("ExpiredToken", "they have expired"),
        ("UnrecognizedClientException", "AWS does not know them"),
        ("InvalidClientTokenId", "AWS does not know them"),
        ("InvalidSignatureException", "the signature does not fit"),
        ("SignatureDoesNotMatch", "the signature does not fit"),
    ] {
        let service = refusing(403, code, "the words of AWS");
        let error = error_at(&service).await;
        assert!(
            matches!(&error, DescribeError::Rejected { code: found, .. } if found == code),
            "{error:?}"
        );
        let told = told(&error);
        assert!(told.contains(advice), "{told}");
        assert!(told.ends_with(": the words of AWS"), "{told}");
        assert_eq!(service.requests().len(), 1, "STS would not know more");
    }
}

#[tokio::test]
async fn another_error_of_aws_is_told_with_its_code_and_its_words() {
    let service = refusing(400, "ClientException", "something is off");
    let error = error_at(&service).await;
    assert!(
        matches!(&error, DescribeError::Aws { code, .. } if code == "ClientException"),
        "{error:?}"
    );
    let told = told(&error);
    assert!(
        told.ends_with("but found ClientException: something is off"),
        "{told}"
    );
}

#[tokio::test]
async fn an_answer_that_is_not_of_eks_is_told_as_such() {
    for answer in [
        Answer::new(200, "<html>sign in to the hotel's network</html>"),
        Answer::new(200, "{}"),
        Answer::new(503, "<html>no upstream</html>"),
    ] {
        let service = HttpService::start(move |_| answer.clone());
        let error = error_at(&service).await;
        assert!(
            matches!(error, DescribeError::Unreadable { .. }),
            "{error:?}"
        );
        let told = told(&error);
        assert!(told.contains("check what answers in its place"), "{told}");
        assert!(!told.contains("html"), "{told}");
    }
}

#[tokio::test]
async fn an_eks_that_is_not_there_is_told_with_where_to_look() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr();
    let url = format!("http://{}", closed.unwrap());
    let lookup = lookup(&[("AWS_ENDPOINT_URL_EKS", &url)]);
    let error = lookup.describe("prod").await.unwrap_err();
    assert!(
        matches!(error, DescribeError::Unreachable { .. }),
        "{error:?}"
    );
    let told = told(&error);
    assert!(told.contains("network, proxy, VPC endpoint"), "{told}");
    assert!(told.contains("refused"), "{told}");
}

#[tokio::test]
async fn without_credentials_the_chain_of_causes_has_the_command_that_brings_them() {
    let service = describing(description());
    let config = "[default]\nsso_session = work\nsso_account_id = 123456789012\n\
                  sso_role_name = Admin\n[sso-session work]\nsso_region = eu-west-1\n\
                  sso_start_url = https://example.awsapps.com/start\n";
    let settings = settings(&[("AWS_ENDPOINT_URL", &service.url())], config);
    let chain = CredentialChain::new(Arc::clone(&settings), region());
    let lookup = ClusterLookup::new(settings, region(), chain);
    let error = lookup.describe("prod").await.unwrap_err();
    let DescribeError::Credentials(says) = &error else {
        panic!("{error:?}");
    };
    assert!(matches!(
        says.credential_error(),
        Some(CredentialError::SignInExpired { .. })
    ));
    assert!(told(&error).contains("run `aws sso login --profile default`"));
    assert!(service.requests().is_empty());
}

#[tokio::test]
async fn what_another_provider_says_is_kept_too() {
    let provider = provide_credentials_fn(|| async {
        Err(CredentialsError::provider_error("the vault is sealed"))
    });
    let lookup = ClusterLookup::new(settings(&[], ""), region(), provider);
    let error = lookup.describe("prod").await.unwrap_err();
    assert!(told(&error).ends_with("the vault is sealed"), "{error:?}");
}
