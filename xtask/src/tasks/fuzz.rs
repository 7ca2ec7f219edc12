//! `cargo xtask fuzz`

use std::fs;
use std::path::Path;

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::tasks::Task;
use crate::terminal;
use crate::toolchain;
use crate::workspace::Workspace;

pub(super) const TASK: Task = Task {
    name: "fuzz",
    usage: "[--list] [TARGET] [SECONDS]",
    summary: "fuzz one target or all, 60 s each",
    run,
};

const DEFAULT_SECONDS: u32 = 60;

/// cargo-fuzz instruments the code with compiler flags that only nightly has.
const TOOLCHAIN: &str = "nightly";

fn run(workspace: &Workspace, arguments: Arguments) -> Result<(), Failure> {
    let options = Options::parse(arguments)?;
    let known = targets(&workspace.root().join("fuzz/fuzz_targets"))?;
    let chosen = options.choose(&known)?;
    if options.list {
        terminal::print(&known.join("\n"));
        return Ok(());
    }
    check_tools(workspace)?;
    chosen
        .iter()
        .try_for_each(|target| fuzz(workspace, target, options.seconds))
}

/// New inputs go to the corpus, which is not committed; seeds are only read.
fn fuzz(workspace: &Workspace, target: &str, seconds: u32) -> Result<(), Failure> {
    let corpus = format!("fuzz/corpus/{target}");
    let seeds = format!("fuzz/seeds/{target}");
    let corpus_dir = workspace.root().join(&corpus);
    fs::create_dir_all(corpus_dir).map_err(Failure::files(format!("create `{corpus}`")))?;
    toolchain::cargo(workspace, TOOLCHAIN)
        .args(["fuzz", "run", target, &corpus, &seeds, "--"])
        .args([format!("-max_total_time={seconds}")])
        .run()
}

/// The targets are the files in `dir`, by the name that cargo-fuzz knows them under.
fn targets(dir: &Path) -> Result<Vec<String>, Failure> {
    let reading = || Failure::files(format!("read `{}`", dir.display()));
    let mut names = Vec::new();
    for entry in fs::read_dir(dir).map_err(reading())? {
        let path = entry.map_err(reading())?.path();
        if let (Some(name), Some("rs")) = (
            path.file_stem().and_then(|name| name.to_str()),
            extension(&path),
        ) {
            names.push(name.to_owned());
        }
    }
    names.sort();
    Ok(names)
}

fn extension(path: &Path) -> Option<&str> {
    path.extension()?.to_str()
}

fn check_tools(workspace: &Workspace) -> Result<(), Failure> {
    if !toolchain::is_installed(workspace, TOOLCHAIN) {
        return Err(missing(
            "a nightly compiler",
            "rustup toolchain install nightly",
        ));
    }
    if !toolchain::cargo(workspace, TOOLCHAIN)
        .args(["fuzz", "--version"])
        .works()
    {
        return Err(missing("cargo-fuzz", "cargo install cargo-fuzz --locked"));
    }
    Ok(())
}

fn missing(what: &str, remedy: &str) -> Failure {
    Failure::Refused(format!(
        "expected {what}, but found none; install it: {remedy}"
    ))
}

#[derive(Debug, PartialEq)]
struct Options {
    list: bool,
    target: Option<String>,
    seconds: u32,
}

impl Options {
    /// A lone number is the time for every target: no target is named by a number.
    fn parse(mut arguments: Arguments) -> Result<Self, Failure> {
        let list = arguments.flag("--list");
        let first = arguments.positional();
        let (target, seconds) = match first {
            Some(word) if word.parse::<u32>().is_ok() => (None, Some(word)),
            target => (target, arguments.positional()),
        };
        arguments.finish()?;
        let seconds = seconds.map_or(Ok(DEFAULT_SECONDS), |word| parse_seconds(&word))?;
        Ok(Self {
            list,
            target,
            seconds,
        })
    }

    fn choose<'a>(&'a self, known: &'a [String]) -> Result<&'a [String], Failure> {
        let Some(target) = &self.target else {
            return Ok(known);
        };
        if !known.contains(target) {
            return Err(Failure::Usage(format!(
                "expected one of the fuzz targets {}, but found `{target}`",
                known.join(", ")
            )));
        }
        Ok(std::slice::from_ref(target))
    }
}

/// 0 is refused: libFuzzer takes it as "for ever".
fn parse_seconds(word: &str) -> Result<u32, Failure> {
    word.parse()
        .ok()
        .filter(|seconds| *seconds > 0)
        .ok_or_else(|| {
            Failure::Usage(format!(
                "expected a number of seconds from 1, but found `{word}`"
            ))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options, Failure> {
        Options::parse(Arguments::new(line.split_whitespace().map(str::to_owned)))
    }

    fn options(target: Option<&str>, seconds: u32) -> Options {
        Options {
            list: false,
            target: target.map(str::to_owned),
            seconds,
        }
    }

    #[test]
    fn target_and_time_may_be_left_out() {
        assert_eq!(parse("").unwrap(), options(None, 60));
        assert_eq!(parse("arn").unwrap(), options(Some("arn"), 60));
        assert_eq!(parse("30").unwrap(), options(None, 30));
        assert_eq!(parse("arn 30").unwrap(), options(Some("arn"), 30));
    }

    #[test]
    fn a_time_that_is_none_is_refused() {
        for line in ["arn soon", "arn 0", "0", "arn 30 40", "arn -- 30"] {
            assert_eq!(parse(line).unwrap_err().exit_code(), 2, "{line}");
        }
    }

    #[test]
    fn an_unknown_target_is_told_the_known_ones() {
        let known = ["arn".to_owned(), "decode_token".to_owned()];
        assert_eq!(options(None, 60).choose(&known).unwrap(), known);
        assert_eq!(options(Some("arn"), 60).choose(&known).unwrap(), ["arn"]);
        let failure = options(Some("url"), 60).choose(&known).unwrap_err();
        assert!(
            failure.to_string().contains("arn, decode_token"),
            "{failure}"
        );
    }

    #[test]
    fn our_targets_are_found() {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/fuzz_targets");
        let expected = [
            "arn",
            "aws_auth",
            "backend_mode_file",
            "decode_token",
            "dynamic_file",
            "mounted",
            "token_review",
        ];
        assert_eq!(targets(&dir).unwrap(), expected);
    }
}
