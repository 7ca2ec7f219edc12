use std::net::SocketAddr;

use proptest::prelude::*;

use super::*;

const STS: &str = "sts.eu-west-1.amazonaws.com";

fn rule(text: &str) -> ConnectTo {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

fn to(host: &str, port: u16) -> Option<(String, u16)> {
    Some((host.to_owned(), port))
}

#[test]
fn what_curl_takes_is_taken_and_shown_as_it_was_given() {
    for text in [
        ":::",
        "sts.eu-west-1.amazonaws.com:443:sts.internal:8443",
        "sts.eu-west-1.amazonaws.com::sts.internal:",
        ":443::8443",
        "::127.0.0.1:8443",
        "::[::1]:8443",
        "[2001:db8::1]:443:[2001:db8::2]:65535",
        "::vpce-1234.sts.eu-west-1.vpce.amazonaws.com:443",
    ] {
        assert_eq!(rule(text).to_string(), text);
    }
}

#[test]
fn what_is_no_rule_is_refused_and_shown() {
    for text in [
        "",
        ":",
        "::",
        "sts.internal",
        "sts.internal:443",
        "a:443:b",
        "a:443:b:443:",
        "a:443:b:443:c",
        "a:0:b:443",
        "a:443:b:0",
        "a:65536:b:443",
        "a:-1:b:443",
        "a:https:b:443",
        "a:443:b:443 ",
        "a b:443:c:443",
        "a:443:user@b:443",
        "a/x:443:b:443",
        "https://a:443:b:443",
        "::1:443:b:443",
        "[::1:443:b:443",
        "[::1]443:b:443",
        "[]:443:b:443x",
        "a:443:[::1:443",
        "a\u{1b}[2J:443:b:443",
    ] {
        let error = text.parse::<ConnectTo>().unwrap_err();
        let shown = error.to_string();
        assert!(
            shown.contains(&format!("found `{}`", text.escape_default())),
            "{shown}"
        );
        assert!(!shown.contains(char::is_control), "{shown:?}");
    }
}

#[test]
fn a_long_text_is_not_shown_whole() {
    let error = "x".repeat(100_000).parse::<ConnectTo>().unwrap_err();
    assert!(error.to_string().len() < 400);
}

#[test]
fn a_rule_is_for_its_host_and_port() {
    let rule = rule("sts.eu-west-1.amazonaws.com:443:sts.internal:8443");
    assert_eq!(rule.target(STS, 443), to("sts.internal", 8443));
    assert_eq!(
        rule.target("STS.EU-WEST-1.AMAZONAWS.COM", 443),
        to("sts.internal", 8443)
    );
    for (host, port) in [
        (STS, 444),
        ("sts.eu-west-2.amazonaws.com", 443),
        ("amazonaws.com", 443),
        ("x.sts.eu-west-1.amazonaws.com", 443),
        ("sts.eu-west-1.amazonaws.com.", 443),
    ] {
        assert_eq!(rule.target(host, port), None, "{host}:{port}");
    }
}

#[test]
fn an_empty_first_part_is_for_any_and_an_empty_second_one_keeps() {
    assert_eq!(rule(":::").target(STS, 443), to(STS, 443));
    assert_eq!(
        rule("::sts.internal:").target(STS, 443),
        to("sts.internal", 443)
    );
    assert_eq!(rule(":::8443").target(STS, 443), to(STS, 8443));
    assert_eq!(rule(":443:sts.internal:").target(STS, 80), None);
    assert_eq!(rule(&format!("{STS}::x:")).target(STS, 80), to("x", 80));
}

#[test]
fn an_ipv6_address_stays_in_its_brackets_so_that_a_port_can_follow() {
    let sandbox = rule("::[::1]:8443");
    assert_eq!(sandbox.target(STS, 443), to("[::1]", 8443));
    assert_eq!(rule("[::1]:443:x:1").target("[::1]", 443), to("x", 1));
    assert_eq!(rule("[::1]:443:x:1").target("::1", 443), None);
}

#[test]
fn everything_goes_to_a_socket_address() {
    for (address, shown) in [
        ("127.0.0.1:8443", "::127.0.0.1:8443"),
        ("[::1]:8443", "::[::1]:8443"),
    ] {
        let address: SocketAddr = address.parse().unwrap();
        let everything = ConnectTo::everything_to(address);
        assert_eq!(everything.to_string(), shown);
        assert_eq!(everything, rule(shown));
        let (host, port) = everything.target("any.host", 1).unwrap();
        assert_eq!(format!("{host}:{port}"), address.to_string());
    }
}

proptest! {
    #[test]
    fn what_is_read_is_shown_so_that_it_reads_the_same(text in "[a-z0-9.\\[\\]:]{0,40}") {
        if let Ok(read) = text.parse::<ConnectTo>() {
            prop_assert_eq!(read.to_string().parse::<ConnectTo>(), Ok(read));
        }
    }

    #[test]
    fn every_rule_reads_as_it_is_shown(
        from_host in host(), from_port in port(), to_host in host(), to_port in port(),
    ) {
        let rule = ConnectTo { from_host, from_port, to_host, to_port };
        prop_assert_eq!(rule.to_string().parse::<ConnectTo>(), Ok(rule));
    }

    #[test]
    fn no_text_makes_it_panic(text in any::<String>()) {
        let _ = text.parse::<ConnectTo>();
    }
}

fn host() -> impl Strategy<Value = Option<String>> {
    let ipv6 = any::<std::net::Ipv6Addr>().prop_map(|it| format!("[{it}]"));
    prop::option::of(prop_oneof![
        "[a-z0-9-]{1,10}(\\.[a-z0-9-]{1,10}){0,3}",
        ipv6
    ])
}

fn port() -> impl Strategy<Value = Option<u16>> {
    prop::option::of(1..=u16::MAX)
}
