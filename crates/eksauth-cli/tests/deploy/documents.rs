//! Markdown, as far as commands are in it.

/// The text from one heading to the next of the same or a higher level.
#[track_caller]
pub(crate) fn section<'a>(markdown: &'a str, heading: &str) -> &'a str {
    let level = heading.split(' ').next().unwrap();
    let (_, rest) = markdown
        .split_once(&format!("\n{heading}\n"))
        .unwrap_or_else(|| panic!("expected the heading `{heading}`"));
    let ends = (2..=level.len()).filter_map(|it| rest.find(&format!("\n{} ", "#".repeat(it))));
    &rest[..ends.min().unwrap_or(rest.len())]
}

/// The blocks of commands in it: what follows `$ ` or `# `, with the lines that belong to it.
pub(crate) fn blocks(markdown: &str) -> Vec<String> {
    let fenced = markdown.split("```console\n").skip(1);
    fenced
        .map(|it| commands(it.split_once("```").unwrap().0))
        .collect()
}

fn commands(block: &str) -> String {
    let indent = block.len() - block.trim_start_matches(' ').len();
    let lines = block.lines().map(|line| {
        let line = line.get(indent..).unwrap_or_default();
        let command = line.strip_prefix("$ ").or_else(|| line.strip_prefix("# "));
        command.unwrap_or(line)
    });
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn commands_are_found_with_their_lines() {
    let text = "\n## One\n```console\n$ cat <<END\n  a\nEND\n$ b \\\n    -c\n```\n### Two\n```console\n$ d\n```\n## Three\n";
    let one = section(text, "## One");
    assert_eq!(blocks(one), ["cat <<END\n  a\nEND\nb \\\n    -c\n", "d\n"]);
    assert_eq!(blocks(section(text, "### Two")), ["d\n"]);
}
