//! The commands and flags that documents name.

use std::collections::BTreeSet;

use eksauth_testing::TestHome;

use crate::documents::blocks;
use crate::repository::{EKSAUTH, read, stdout};

const DOCUMENTS: [&str; 2] = ["docs/MIGRATION.md", "deploy/README.md"];

fn help(command: &str) -> String {
    stdout(TestHome::new().command(EKSAUTH).args([command, "--help"]))
}

/// The calls of the program in the blocks of a document, a line each.
fn calls(document: &str) -> Vec<String> {
    let blocks = blocks(document).concat().replace("\\\n", " ");
    let calls = blocks.split(['\n', '|', ';', '&', '(']).map(str::trim);
    calls
        .filter(|it| it.starts_with("eksauth "))
        .map(str::to_owned)
        .collect()
}

/// `--flag` and `-f` as words.
fn flags(text: &str) -> BTreeSet<&str> {
    let words = text.split(|it: char| it.is_whitespace() || "`=[,|)".contains(it));
    words
        .filter(|it| it.starts_with('-'))
        .filter(|it| it.trim_start_matches('-').starts_with(char::is_alphabetic))
        .collect()
}

#[test]
fn every_call_in_a_document_has_flags_that_there_are() {
    for document in DOCUMENTS {
        let calls = calls(&read(document));
        assert!(calls.len() > 2, "{document}: {calls:?}");
        for call in calls {
            let command = call.split(' ').nth(1).unwrap();
            // What comes after is for the command inside.
            let own = call.split(" -- ").next().unwrap();
            let help = help(command);
            let known = flags(&help);
            for flag in flags(own) {
                assert!(known.contains(flag), "{flag} of `{call}`");
            }
        }
    }
}

#[test]
fn every_new_flag_of_the_guide_is_one_of_the_server() {
    let guide = read("docs/MIGRATION.md");
    let (_, table) = guide.split_once("| key below `server` | flag |").unwrap();
    let (table, _) = table.split_once("\n\n").unwrap();
    let rows = table.lines().filter_map(|it| it.split(" | ").nth(1));
    let help = help("server");
    let known = flags(&help);
    let named: BTreeSet<_> = rows.flat_map(flags).collect();
    assert!(named.len() > 10, "{named:?}");
    let unknown: Vec<_> = named.difference(&known).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}
