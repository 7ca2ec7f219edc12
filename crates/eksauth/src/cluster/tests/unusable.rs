//! Names that cannot be, and clusters that cannot be connected to.

use super::*;

async fn error_of(cluster: Value) -> DescribeError {
    let service = describing(cluster);
    lookup_at(&service).describe("prod").await.unwrap_err()
}

#[tokio::test]
async fn a_name_that_no_cluster_can_have_is_not_asked_for() {
    let service = describing(description());
    let lookup = lookup_at(&service);
    for name in [
        "",
        "-prod",
        "_prod",
        "prod/../dev",
        "prod eu",
        "größe",
        "prod?",
        "arn:aws:eks:eu-west-1:123456789012:cluster/prod",
        &"x".repeat(101),
    ] {
        let error = lookup.describe(name).await.unwrap_err();
        assert!(
            matches!(error, DescribeError::Name { .. }),
            "{name}: {error:?}"
        );
    }
    assert!(service.requests().is_empty());
    for name in ["p", "0-prod_EU", &"x".repeat(100)] {
        lookup.describe(name).await.unwrap();
    }
}

#[tokio::test]
async fn a_name_is_shown_escaped_and_cut() {
    let name = format!("\u{1b}[31m{}", "x".repeat(10_000));
    let told = told(&lookup(&[]).describe(&name).await.unwrap_err());
    assert!(told.len() < 400 && !told.contains('\u{1b}'), "{told}");
    assert!(told.contains(r"\u{1b}[31mxxx"), "{told}");
}

#[tokio::test]
async fn a_cluster_that_is_not_active_is_told_with_what_to_do() {
    for (status, advice) in [
        (
            "CREATING",
            "`aws eks wait cluster-active --name prod --region eu-west-1`",
        ),
        ("DELETING", "it will soon be gone"),
        ("FAILED", "it could not be created"),
        ("PENDING", "it waits for its connector"),
    ] {
        let error = error_of(description_with("status", json!(status))).await;
        assert!(
            matches!(&error, DescribeError::NotActive { status: found, .. } if found == status),
            "{error:?}"
        );
        let told = told(&error);
        assert!(told.contains(&format!("but found it {status}: ")), "{told}");
        assert!(told.contains(advice), "{told}");
    }
}

#[tokio::test]
async fn an_active_cluster_without_an_endpoint_is_told_as_one() {
    for endpoint in [Value::Null, json!(""), json!(" ")] {
        let error = error_of(description_with("endpoint", endpoint)).await;
        assert!(
            matches!(error, DescribeError::NoEndpoint { .. }),
            "{error:?}"
        );
        assert!(told(&error).contains("registered with EKS"));
    }
}

#[tokio::test]
async fn an_endpoint_that_is_not_the_https_url_of_a_server_is_refused() {
    for endpoint in [
        "http://10.0.0.1",
        "10.0.0.1:443",
        "https://",
        "https:///path",
        "https://dev@example.org",
        "https://example.org/?to=elsewhere",
        "https://exa mple.org",
        "\u{1b}[31m",
    ] {
        let error = error_of(description_with("endpoint", json!(endpoint))).await;
        assert!(
            matches!(error, DescribeError::Endpoint { .. }),
            "{endpoint}: {error:?}"
        );
        assert!(!told(&error).contains('\u{1b}'));
    }
}

#[tokio::test]
async fn an_id_that_no_token_can_be_bound_to_is_told_as_unreadable() {
    let error = error_of(description_with("id", json!("a\nb"))).await;
    assert!(
        matches!(error, DescribeError::Unreadable { .. }),
        "{error:?}"
    );
    assert!(told(&error).ends_with("such characters usually come from copying"));
}

#[tokio::test]
async fn an_authority_that_cannot_be_trusted_is_told_by_what_it_is_and_never_repeated() {
    let pem =
        |body: &str| format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n");
    let odd_one = format!("{}{}", *CA, pem("b2RkIGJ5dGVz"));
    for (pem, found) in [
        ("odd bytes", "no certificate in PEM"),
        (&pem("b2RkIGJ5dGVz"), "a certificate that cannot be a root"),
        (&odd_one, "a certificate that cannot be a root"),
        (&pem("*"), "damaged PEM"),
    ] {
        let data = BASE64.encode(pem.as_bytes());
        let error = error_of(description_with(
            "certificateAuthority",
            json!({ "data": data }),
        ))
        .await;
        assert_authority(&error, found);
        assert!(!told(&error).contains(&data));
    }
    for (authority, found) in [
        (
            json!({ "data": "not/base64!" }),
            "something that is not base64",
        ),
        (json!({ "data": "" }), "none"),
        (json!({}), "none"),
        (Value::Null, "none"),
    ] {
        let error = error_of(description_with("certificateAuthority", authority)).await;
        assert_authority(&error, found);
    }
}

#[track_caller]
fn assert_authority(error: &DescribeError, expected: &str) {
    let DescribeError::CertificateAuthority { cluster, found } = error else {
        panic!("{error:?}");
    };
    assert_eq!((&**cluster, *found), ("prod", expected));
    assert!(
        error
            .to_string()
            .contains(&format!("but found {expected}: "))
    );
}
