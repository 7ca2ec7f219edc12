use super::{Kind, Value, parse};

fn is_refused(text: &str) -> Option<usize> {
    parse(text, 1 << 20).unwrap_err().line()
}

#[test]
fn a_tree_knows_lines_and_the_text_of_scalars() {
    let document = parse("# c\n- 012\n- 'x y'\n", 100).unwrap();
    let Some(Value::List(items, flow)) = document.root.map(|root| root.value) else {
        panic!("expected a list");
    };
    assert!(!flow && !document.more);
    let found: Vec<_> = items
        .iter()
        .map(|item| match &item.value {
            Value::Scalar(text, kind) => (item.line, text.as_str(), *kind),
            other => panic!("expected a scalar, but found {other:?}"),
        })
        .collect();
    assert_eq!(found, [(2, "012", Kind::Number), (3, "x y", Kind::Text)]);
}

#[test]
fn more_than_the_limit_is_not_read() {
    let error = parse("- a", 2).unwrap_err();
    assert_eq!(error.to_string(), "expected at most 2 bytes, but found 3");
    assert_eq!(error.line(), None);
}

#[test]
fn an_error_says_its_line() {
    let error = parse("- a\n- [\u{1b}", 100).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("line 2: expected YAML, but found an error: "),
        "{error}"
    );
    assert!(
        error
            .to_string()
            .chars()
            .all(|c| c == ' ' || c.is_ascii_graphic()),
        "{error}"
    );
}

#[test]
fn levels_are_limited_also_through_aliases() {
    let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    assert!(parse(&nested(64), 1000).is_ok());
    assert_eq!(is_refused(&nested(65)), Some(1));
    assert!(parse(&format!("- &a {}\n- [*a]\n", nested(60)), 1000).is_ok());
    assert_eq!(
        is_refused(&format!("- &a {}\n- [[[[*a]]]]\n", nested(60))),
        Some(2)
    );
}

#[test]
fn what_aliases_add_is_limited() {
    let long = "x".repeat(1 << 16);
    let aliases = |count: usize| format!("- &a {long}\n{}", "- *a\n".repeat(count));
    assert!(parse(&aliases(15), 1 << 20).is_ok());
    assert!(is_refused(&aliases(20)).is_some());
}

#[test]
fn an_alias_stands_where_it_is_written() {
    let document = parse("- &a {k: v}\n- *a\n", 100).unwrap();
    let Some(Value::List(items, _)) = document.root.map(|root| root.value) else {
        panic!("expected a list");
    };
    assert!(items[0].says_the_same(&items[1]));
    assert_eq!((items[0].line, items[1].line, items[1].start), (1, 2, 14));
}
