//! What was typed after the name of a task.

use crate::failure::Failure;

/// The words of one task, taken out one by one until none is left.
#[derive(Debug, Default)]
pub(crate) struct Arguments {
    words: Vec<String>,
    /// Everything after the first `--`: meant for the command that the task runs.
    passed_on: Option<Vec<String>>,
}

impl Arguments {
    pub(crate) fn new(words: impl IntoIterator<Item = String>) -> Self {
        let mut words: Vec<String> = words.into_iter().collect();
        let passed_on = words.iter().position(|word| word == "--").map(|at| {
            let tail = words.split_off(at);
            tail.into_iter().skip(1).collect()
        });
        Self { words, passed_on }
    }

    pub(crate) fn ask_for_help(&self) -> bool {
        self.words.iter().any(|word| asks_for_help(word))
    }

    /// Takes `name` (`--fix`) out, and says whether it was there.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        let before = self.words.len();
        self.words.retain(|word| word != name);
        self.words.len() < before
    }

    /// Takes the next word that is not an option.
    pub(crate) fn positional(&mut self) -> Option<String> {
        let at = self.words.iter().position(|word| !word.starts_with('-'))?;
        Some(self.words.remove(at))
    }

    /// Takes what follows `--`.
    pub(crate) fn passed_on(&mut self) -> Vec<String> {
        self.passed_on.take().unwrap_or_default()
    }

    /// Call when everything known was taken: what is left is a mistake.
    ///
    /// # Errors
    ///
    /// When a word is left, or a `--` that this task has no use for.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        let left = self.words.into_iter().next();
        match left.or_else(|| self.passed_on.map(|_| "--".to_owned())) {
            None => Ok(()),
            Some(word) => Err(Failure::Usage(format!(
                "expected no further argument, but found `{word}`; `--help` after the task shows \
                 what it takes"
            ))),
        }
    }
}

pub(crate) fn asks_for_help(word: &str) -> bool {
    matches!(word, "-h" | "--help" | "help")
}

/// The command line without the name of the program.
///
/// # Errors
///
/// When a word is not UTF-8: no task takes such a word, and cargo would not either.
pub(crate) fn of_this_process() -> Result<Vec<String>, Failure> {
    let words = std::env::args_os().skip(1);
    let words = words.map(|word| {
        word.into_string()
            .map_err(|word| Failure::Usage(format!("expected UTF-8, but found {word:?}")))
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(line: &str) -> Arguments {
        Arguments::new(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn a_flag_is_found_wherever_it_stands_and_only_once() {
        let mut arguments = arguments("decode_token --require 30");
        assert!(arguments.flag("--require"));
        assert!(!arguments.flag("--require"));
        assert_eq!(arguments.positional().as_deref(), Some("decode_token"));
        assert_eq!(arguments.positional().as_deref(), Some("30"));
        assert!(arguments.finish().is_ok());
    }

    #[test]
    fn words_after_the_dashes_are_passed_on_untouched() {
        let mut arguments = arguments("--no-skips -- -p eksauth -- --no-skips --help");
        assert!(arguments.flag("--no-skips"));
        assert!(!arguments.ask_for_help());
        let passed_on = arguments.passed_on();
        assert_eq!(passed_on, ["-p", "eksauth", "--", "--no-skips", "--help"]);
        assert!(arguments.finish().is_ok());
    }

    #[test]
    fn an_unknown_word_is_named() {
        let mut arguments = arguments("--fix --fixx");
        assert!(arguments.flag("--fix"));
        let failure = arguments.finish().unwrap_err();
        assert!(failure.to_string().contains("`--fixx`"), "{failure}");
        assert_eq!(failure.exit_code(), 2);
    }

    #[test]
    fn dashes_without_a_use_are_a_mistake() {
        let failure = arguments("-- --nocapture").finish().unwrap_err();
        assert!(failure.to_string().contains("`--`"), "{failure}");
    }

    #[test]
    fn help_is_a_flag_or_a_word() {
        assert!(arguments("--help").ask_for_help());
        assert!(arguments("x -h").ask_for_help());
        assert!(!arguments("--fix").ask_for_help());
    }
}
