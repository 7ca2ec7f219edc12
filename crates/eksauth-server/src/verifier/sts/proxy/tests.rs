use super::*;

fn uri(text: &str) -> Uri {
    text.parse().unwrap()
}

fn sts() -> Uri {
    uri("https://sts.eu-west-1.amazonaws.com/?X-Amz-Signature=0")
}

#[test]
fn without_a_proxy_nothing_is_intercepted() {
    assert!(Proxy::default().intercept(&sts()).is_none());
}

#[test]
fn a_proxy_stands_before_every_host() {
    for url in [
        "http://proxy.internal:3128",
        "http://proxy.internal:3128/",
        "proxy.internal:3128",
    ] {
        let proxy = Proxy::new(url, "").unwrap();
        let intercept = proxy.intercept(&sts()).unwrap();
        assert_eq!(intercept.uri().host(), Some("proxy.internal"), "{url}");
        assert_eq!(intercept.uri().port_u16(), Some(3128), "{url}");
        assert!(intercept.basic_auth().is_none());
    }
}

#[test]
fn hosts_in_the_list_are_reached_without_it() {
    for no_proxy in [
        "sts.eu-west-1.amazonaws.com",
        "eu-west-1.amazonaws.com",
        ".amazonaws.com",
        "amazonaws.com",
        "localhost, amazonaws.com",
        "*",
    ] {
        let proxy = Proxy::new("http://proxy.internal", no_proxy).unwrap();
        assert!(proxy.intercept(&sts()).is_none(), "{no_proxy}");
    }
    for no_proxy in [
        "",
        ",",
        "localhost,10.0.0.0/8",
        "us-east-1.amazonaws.com",
        "naws.com",
        "sts.eu-west-1.amazonaws.com.cn",
    ] {
        let proxy = Proxy::new("http://proxy.internal", no_proxy).unwrap();
        assert!(proxy.intercept(&sts()).is_some(), "{no_proxy}");
    }
    let proxy = Proxy::new("http://proxy.internal", "10.0.0.0/8,[2001:db8::]/32").unwrap();
    assert!(proxy.intercept(&uri("https://10.1.2.3/")).is_none());
    assert!(proxy.intercept(&uri("https://11.1.2.3/")).is_some());
}

#[test]
fn what_is_no_plain_http_proxy_is_refused_without_its_password() {
    for url in [
        "",
        "http://",
        "https://user:hunter22hunter22@proxy.internal",
        "socks5://user:hunter22hunter22@proxy.internal",
        "http://user:hunter22hunter22@",
        "http://user:hunter22 hunter22@proxy.internal",
    ] {
        let Err(error) = Proxy::new(url, "") else {
            panic!("{url} was taken");
        };
        assert!(!format!("{error} {error:?}").contains("hunter"), "{url}");
    }
}

#[test]
fn its_debug_has_neither_user_nor_password() {
    let proxy = Proxy::new("http://carol:hunter22@proxy.internal", "").unwrap();
    assert_eq!(format!("{proxy:?}"), "Proxy { .. }");
}
