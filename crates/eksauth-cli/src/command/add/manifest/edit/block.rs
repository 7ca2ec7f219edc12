//! A text as a block of YAML.

/// How much further a text is indented than its key.
const STEP: usize = 2;

/// The key with its text, both indented; behind the key, the comment that stood there.
pub(super) fn lines(
    key: &str,
    text: &str,
    indent: usize,
    comment: Option<&str>,
) -> impl Iterator<Item = String> {
    let comment = comment.map(|it| format!(" {it}")).unwrap_or_default();
    let header = format!(
        "{}{key}: |{}{}{comment}",
        " ".repeat(indent),
        indentation(text),
        chomping(text)
    );
    let blanks = " ".repeat(indent + STEP);
    let body = text.lines().map(move |line| match line {
        "" => String::new(),
        line => format!("{blanks}{line}"),
    });
    let body: Vec<String> = body.collect();
    std::iter::once(header).chain(body)
}

/// Has to be said where the first line starts with blanks.
fn indentation(text: &str) -> String {
    let first = text.lines().find(|it| !it.is_empty());
    match first.is_some_and(|it| it.starts_with(' ')) {
        true => STEP.to_string(),
        false => String::new(),
    }
}

/// Whether the ends of the last lines belong to the text.
fn chomping(text: &str) -> &'static str {
    match text.strip_suffix('\n') {
        None => "-",
        Some(rest) if rest.is_empty() || rest.ends_with('\n') => "+",
        Some(_) => "",
    }
}
