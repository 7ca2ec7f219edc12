//! EKS describes a cluster.

use aws_credential_types::credential_fn::provide_credentials_fn;

use super::script::Script;
use super::*;

#[tokio::test]
async fn a_cluster_is_where_eks_says_and_trusted_by_its_authority() {
    let service = describing(description());
    let cluster = lookup_at(&service).describe("prod").await.unwrap();
    assert_eq!(cluster.name(), "prod");
    assert_eq!(cluster.region(), &region());
    assert_eq!(
        cluster.arn(),
        Some("arn:aws:eks:eu-west-1:123456789012:cluster/prod")
    );
    assert_eq!(cluster.endpoint(), ENDPOINT);
    assert_eq!(cluster.certificate_authority(), CA.as_bytes());
    assert_eq!(cluster.token_cluster().as_str(), "prod");
    let access = EndpointAccess {
        public: true,
        private: false,
        public_cidrs: vec!["203.0.113.0/24".to_owned()],
        vpc: Some("vpc-0123456789abcdef0".to_owned()),
    };
    assert_eq!(cluster.access(), &access);
}

#[tokio::test]
async fn the_call_is_signed_for_eks_in_the_region() {
    let service = describing(description());
    lookup_at(&service).describe("prod").await.unwrap();
    let requests = service.requests();
    let [request] = &requests[..] else {
        panic!("{} requests", requests.len());
    };
    assert_eq!(
        (&*request.method, &*request.path),
        ("GET", "/clusters/prod")
    );
    let authorization = request.header("authorization").unwrap();
    let credential = "Credential=ASIAOFTHETEST1234567/20260101/eu-west-1/eks/aws4_request";
    assert!(authorization.contains(credential), "{authorization}");
    assert_eq!(request.header("x-amz-security-token"), Some(SESSION_TOKEN));
}

#[tokio::test]
async fn the_endpoint_of_eks_alone_can_be_set_in_environment_and_profile() {
    let service = describing(description());
    let url = service.url();
    let elsewhere = "http://127.0.0.1:9";
    let by_variable = [
        ("AWS_ENDPOINT_URL", elsewhere),
        ("AWS_ENDPOINT_URL_EKS", &url),
    ];
    lookup(&by_variable).describe("prod").await.unwrap();

    let config =
        format!("[default]\nservices = mine\n[services mine]\neks =\n  endpoint_url = {url}\n");
    let lookup = ClusterLookup::new(settings(&[], &config), region(), credentials());
    lookup.describe("prod").await.unwrap();
    assert_eq!(service.requests().len(), 2);
}

#[tokio::test]
async fn fips_and_dual_stack_endpoints_are_taken_from_environment_and_profile() {
    for (variable, config, url) in [
        (
            ("OTHER", "true"),
            "",
            "https://eks.eu-west-1.amazonaws.com/",
        ),
        (
            ("AWS_USE_FIPS_ENDPOINT", "true"),
            "",
            "https://fips.eks.eu-west-1.amazonaws.com/",
        ),
        (
            ("AWS_USE_DUALSTACK_ENDPOINT", "true"),
            "",
            "https://eks.eu-west-1.api.aws/",
        ),
        (
            ("OTHER", "true"),
            "[default]\nuse_fips_endpoint = true\n",
            "https://fips.eks.eu-west-1.amazonaws.com/",
        ),
    ] {
        let script = Script::of(&[(200, json!({ "cluster": description() }))]);
        let lookup = script.lookup(context([variable], config));
        lookup.describe("prod").await.unwrap();
        assert_eq!(script.urls(), [format!("{url}clusters/prod")]);
    }
}

#[tokio::test]
async fn a_lookup_can_be_shared_between_threads_and_so_can_its_calls() {
    let service = describing(description());
    let lookup = lookup_at(&service);
    let calls = [lookup.clone(), lookup].map(|lookup| {
        tokio::spawn(async move { lookup.describe("prod").await.map(|it| it.name().to_owned()) })
    });
    for call in calls {
        assert_eq!(call.await.unwrap().unwrap(), "prod");
    }
}

#[tokio::test]
async fn a_cluster_that_is_being_updated_can_be_connected_to() {
    for status in [json!("UPDATING"), json!("RESTING"), Value::Null] {
        let service = describing(description_with("status", status.clone()));
        let described = lookup_at(&service).describe("prod").await;
        assert!(described.is_ok(), "{status}: {described:?}");
    }
}

#[tokio::test]
async fn the_tokens_of_a_local_cluster_on_outposts_are_bound_to_its_id() {
    let id = "8e2b2f0a-9a3e-4b0c-9d6f-0a1b2c3d4e5f";
    let service = describing(description_with("id", json!(id)));
    let cluster = lookup_at(&service).describe("prod").await.unwrap();
    assert_eq!(cluster.name(), "prod");
    assert_eq!(cluster.token_cluster().as_str(), id);
}

#[tokio::test]
async fn access_that_eks_does_not_tell_is_neither_public_nor_private() {
    let service = describing(description_with("resourcesVpcConfig", Value::Null));
    let cluster = lookup_at(&service).describe("prod").await.unwrap();
    assert_eq!(cluster.access(), &EndpointAccess::default());
}

#[tokio::test]
async fn the_provider_is_asked_before_each_call_and_its_answer_signs_it() {
    use std::sync::atomic::{AtomicU32, Ordering};

    let service = describing(description());
    let number = AtomicU32::new(1);
    let rotating = provide_credentials_fn(move || {
        let number = number.fetch_add(1, Ordering::SeqCst);
        async move {
            Ok(Credentials::new(
                format!("AKIAROTATED{number}"),
                SECRET,
                None,
                None,
                "test",
            ))
        }
    });
    let settings = settings(&[("AWS_ENDPOINT_URL", &service.url())], "");
    let lookup = ClusterLookup::new(settings, region(), rotating);
    lookup.describe("prod").await.unwrap();
    lookup.clone().describe("prod").await.unwrap();
    let requests = service.requests();
    for (request, id) in requests.iter().zip(["AKIAROTATED1/", "AKIAROTATED2/"]) {
        let authorization = request.header("authorization").unwrap();
        assert!(authorization.contains(id), "{authorization}");
    }
    assert_eq!(requests.len(), 2);
}
