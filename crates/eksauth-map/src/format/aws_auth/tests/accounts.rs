use super::{lines, read};

fn accounts(text: &str) -> (Vec<String>, Vec<String>) {
    let (found, troubles) = read(&[("mapAccounts", text)]);
    let ids = found.accounts.into_iter().map(|it| it.id).collect();
    (ids, lines(&troubles))
}

#[test]
fn accounts_are_kept_as_they_are_written() {
    let (ids, troubles) = accounts(
        "- 012345678901\n- 012345670123\n- \"012345678901\"\n- '123456789012'\n- 1e5\n- true\n- 0x1f\n",
    );
    assert_eq!(
        ids,
        [
            "012345678901",
            "012345670123",
            "012345678901",
            "123456789012",
            "1e5",
            "true",
            "0x1f"
        ]
    );
    assert!(troubles.is_empty());
}

#[test]
fn an_item_that_is_no_scalar_is_dropped() {
    let (ids, troubles) = accounts("- a\n- [b]\n- {c: d}\n-\n- e\n");
    assert_eq!(ids, ["a", "e"]);
    assert_eq!(
        troubles,
        ["a list", "a mapping", "nothing"]
            .into_iter()
            .zip(1..)
            .map(|(found, index)| format!(
                "mapAccounts[{index}], line {}: expected the id of an account, but found {found}; \
                 the entry is dropped",
                index + 1
            ))
            .collect::<Vec<_>>()
    );
}

#[test]
fn an_account_knows_its_place() {
    let (found, _) = read(&[("mapAccounts", "# ours\n- 1\n- [x]\n- 2\n")]);
    let places: Vec<String> = found
        .accounts
        .iter()
        .map(|it| it.place.to_string())
        .collect();
    assert_eq!(places, ["mapAccounts[0], line 2", "mapAccounts[2], line 4"]);
}
