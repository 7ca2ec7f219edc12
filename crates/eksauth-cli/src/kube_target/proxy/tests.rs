use aws_smithy_async::time::SystemTimeSource;

use super::*;

const PROXY: &str = "http://dev:secret@proxy.test:3128/";

fn found(server: &str, variables: &[(&str, &str)]) -> Option<String> {
    let context = Context::new(variables.iter().copied(), SystemTimeSource::new());
    of_environment(&server.parse().unwrap(), &context).map(|it| it.to_string())
}

#[test]
fn a_variable_names_it_with_its_password() {
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        for proxy in [PROXY, PROXY.strip_prefix("http://").unwrap()] {
            let proxy = found("https://api.test:6443", &[(name, proxy)]);
            assert_eq!(proxy.as_deref(), Some(PROXY), "{name}");
        }
    }
    assert_eq!(found("https://api.test:6443", &[]), None);
}

#[test]
fn a_server_that_no_proxy_lists_has_none() {
    for (listed, server, has) in [
        ("api.test", "https://api.test:6443", false),
        ("other.test, .test", "https://api.test:6443", false),
        ("10.0.0.0/8", "https://10.1.2.3:6443", false),
        ("127.0.0.1", "https://127.0.0.1:6443", false),
        ("*", "https://10.1.2.3:6443", false),
        ("other.test,", "https://api.test:6443", true),
        // The proxy itself is no API server.
        ("proxy.test", "https://api.test:6443", true),
    ] {
        for name in ["NO_PROXY", "no_proxy"] {
            let proxy = found(server, &[("HTTPS_PROXY", PROXY), (name, listed)]);
            assert_eq!(proxy.is_some(), has, "{listed}: {server}");
        }
    }
}
