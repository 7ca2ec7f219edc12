use eksauth_token::ArnPattern;
use proptest::prelude::*;

use super::*;

const HEAD: &str = "arn:aws:iam::123456789012:role/";

fn matches(name_pattern: &str, name: &str) -> bool {
    let wildcard = Wildcard::new(&format!("{HEAD}{name_pattern}")).unwrap();
    wildcard.matches(&format!("{HEAD}{name}"))
}

#[test]
fn a_star_is_any_run_and_a_question_mark_exactly_one() {
    for (pattern, name) in [
        ("*", "deploy"),
        ("*", ""),
        ("deploy*", "deploy"),
        ("dep*oy", "deploy"),
        ("*ab", "aab"),
        ("*a*b", "xaxbb"),
        ("d?ploy", "deploy"),
        ("??????", "deploy"),
        ("?*", "d"),
        ("**", "deploy"),
    ] {
        assert!(matches(pattern, name), "{pattern} {name}");
    }
    for (pattern, name) in [
        ("deploy-*", "deploy"),
        ("deploy?", "deploy"),
        ("?", ""),
        ("?*", ""),
        ("*a", "ab"),
        ("d*x", "deploy"),
        ("deploy", "deploys"),
        ("deploys", "deploy"),
    ] {
        assert!(!matches(pattern, name), "{pattern} {name}");
    }
}

#[test]
fn a_wildcard_is_refused_anywhere_but_in_the_name_of_a_role() {
    for arn in [
        "arn:*:iam::123456789012:role/x",
        "arn:aws:*::123456789012:role/x",
        "arn:aws:iam:*:123456789012:role/x",
        "arn:aws:iam::*:role/admin",
        "arn:aws:iam::12345678901?:role/x",
        "arn:aws:iam::123456789012:*",
        "arn:aws:iam::123456789012:role*",
        "arn:aws:iam::123456789012:user/*",
        "arn:aws:s3::123456789012:role/*",
        "*",
    ] {
        assert_eq!(Wildcard::new(arn), None, "{arn}");
    }
}

#[test]
fn no_wildcard_reaches_another_account_or_partition() {
    let all = Wildcard::new(&format!("{HEAD}*")).unwrap();
    for other in [
        "arn:aws:iam::210987654321:role/deploy",
        "arn:aws-cn:iam::123456789012:role/deploy",
        "arn:aws:iam::123456789012:user/deploy",
        "arn:aws:iam::123456789012:root",
    ] {
        assert!(!all.matches(other), "{other}");
    }
}

#[test]
fn many_wildcards_cost_no_more_than_the_product_of_lengths() {
    let pattern = format!("{}b", "*a".repeat(500));
    assert!(!matches(&pattern, &"a".repeat(5000)));
}

proptest! {
    #[test]
    fn stars_match_what_they_match_in_arn_patterns(
        pattern in "[ab*]{0,8}",
        name in "[ab]{0,10}",
    ) {
        let oracle = ArnPattern::new(&format!("{HEAD}{pattern}")).unwrap();
        let expected = oracle.matches(&format!("{HEAD}{name}"));
        prop_assert_eq!(expected, Ok(matches(&pattern, &name)));
    }

    #[test]
    fn a_question_mark_matches_no_more_than_in_arn_patterns(
        pattern in "[ab*?]{0,8}",
        name in "[ab]{0,10}",
    ) {
        let wider = ArnPattern::new(&format!("{HEAD}{pattern}")).unwrap();
        let wider = wider.matches(&format!("{HEAD}{name}")).unwrap();
        prop_assert!(wider || !matches(&pattern, &name));
    }
}
