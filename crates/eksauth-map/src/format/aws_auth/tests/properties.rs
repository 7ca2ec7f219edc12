use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::super::{AddError, AwsAuth, NewMapping, add_role, data_of_manifest};
use super::{data, read};
use crate::{Mapping, Who};

/// Text that is often YAML, and mostly about mappings.
fn yaml_like() -> impl Strategy<Value = String> {
    let pieces = select(vec![
        "- ",
        "-",
        "\n",
        "\n  ",
        "\n    ",
        ": ",
        ":",
        "rolearn",
        "roleARN",
        "userarn",
        "username",
        "groups",
        "sso",
        "userid",
        "a",
        "012",
        "true",
        "[",
        "]",
        "{",
        "}",
        ", ",
        "'",
        "\"",
        "|\n",
        ">-\n",
        "#",
        " # x",
        "&a ",
        "*a",
        "<<",
        "---\n",
        "...\n",
        "!!str ",
        "? ",
        "\t",
        "\r\n",
        "~",
        "\\",
        "ä",
        "\u{feff}",
        "%YAML 1.1\n",
    ]);
    vec(pieces, 0..40).prop_map(|pieces| pieces.concat())
}

/// A list of entries as people write them, in one style or another.
fn section() -> impl Strategy<Value = String> {
    let entry = (
        0..9u8,
        "[a-z]{1,5}",
        vec("[a-z:]{0,3}[a-z]", 0..3),
        any::<bool>(),
    );
    let style = (
        0..4usize,
        1..4usize,
        0..3usize,
        any::<bool>(),
        any::<bool>(),
    );
    (vec(entry, 0..5), style).prop_map(|(entries, (indent, gap, groups_indent, crlf, last))| {
        let (indent, gap) = (" ".repeat(indent), " ".repeat(gap));
        let groups_indent = " ".repeat(groups_indent);
        let mut text = "# ours\n".to_owned();
        for (number, username, groups, has_comment) in entries {
            let comment = if has_comment { "  # why" } else { "" };
            text += &format!("{indent}-{gap}rolearn: role-{number}{comment}\n");
            text += &format!("{indent} {gap}username: {username}\n");
            if !groups.is_empty() {
                text += &format!("{indent} {gap}groups:\n");
            }
            for group in groups {
                text += &format!("{indent} {gap}{groups_indent}- '{group}'\n");
            }
            if has_comment {
                text += "\n# next\n";
            }
        }
        if last {
            text.truncate(text.trim_end().len());
        }
        if crlf {
            text.replace('\n', "\r\n")
        } else {
            text
        }
    })
}

fn new_mapping() -> impl Strategy<Value = NewMapping> {
    let texts = || "[ -z|~äé€😀]{1,12}";
    let arn = "[A-Za-z0-9+=,.@_-]{1,20}"
        .prop_map(|name| Who::Arn(format!("arn:aws:iam::123456789012:role/{name}")));
    (
        arn,
        texts(),
        vec(texts(), 0..3),
        proptest::option::of("[A-Z0-9]{1,9}"),
    )
        .prop_map(|(who, username, groups, user_id)| NewMapping {
            who,
            username,
            groups,
            user_id,
        })
}

fn without_place(mapping: &Mapping) -> NewMapping {
    NewMapping {
        who: mapping.who.clone(),
        username: mapping.username.clone(),
        groups: mapping.groups.clone(),
        user_id: mapping.user_id.clone(),
    }
}

fn roles(text: &str) -> Vec<NewMapping> {
    read(&[("mapRoles", text)])
        .0
        .roles
        .iter()
        .map(without_place)
        .collect()
}

proptest! {
    #[test]
    fn any_text_is_read_without_a_panic(text in any::<String>(), yaml in yaml_like()) {
        for text in [&text, &yaml] {
            let pairs = ["mapRoles", "mapUsers", "mapAccounts"].map(|key| (key, text.as_str()));
            let (once, _) = AwsAuth::default().updated(&data(&pairs));
            prop_assert_eq!(&once.updated(&data(&pairs)).0, &once);
            let _ = data_of_manifest(text);
        }
    }

    #[test]
    fn an_entry_added_to_a_list_is_the_old_entries_and_the_new_one(
        section in section(),
        mapping in new_mapping(),
    ) {
        let added = add_role(Some(&section), &mapping).unwrap();
        let mut expected = roles(&section);
        expected.push(mapping);
        prop_assert_eq!(roles(&added), expected);
        prop_assert!(added.starts_with(&section), "{}", added);
    }

    #[test]
    fn an_entry_added_to_any_text_is_the_old_entries_and_the_new_one(
        section in yaml_like(),
        mapping in new_mapping(),
    ) {
        let mut expected = roles(&section);
        match add_role(Some(&section), &mapping) {
            Ok(added) => {
                expected.push(mapping);
                prop_assert_eq!(roles(&added), expected);
            }
            Err(AddError::Problem(_) | AddError::Doubtful(_)) => prop_assert!(false, "refused"),
            Err(_) => {}
        }
    }
}
