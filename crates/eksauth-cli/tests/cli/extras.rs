//! Completions, man pages and the version.

use std::process::Command;

use crate::scene::{Scene, assert_says};

#[test]
fn every_shell_has_completions() {
    let scene = Scene::empty();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = scene.run(&format!("completions {shell}")).succeeded();
        assert_says(&script, &["eksauth", "token", "inspect", "cluster-name"]);
    }
    scene.run("completions").refused();
    scene.run("completions tcsh").refused();
}

#[test]
fn bash_reads_its_completions() {
    let scene = Scene::empty();
    let script = scene.run("completions bash").succeeded();
    let path = scene.home().write("completions", &script);
    let checked = Command::new("bash").arg("-n").arg(path).output();
    let Ok(checked) = checked else {
        eksauth_testing::skip("bash_reads_its_completions", "there is no bash on PATH");
        return;
    };
    assert!(checked.status.success() && checked.stderr.is_empty());
}

#[test]
fn the_first_man_page_goes_to_stdout() {
    let page = Scene::empty().run("man").succeeded();
    assert_says(
        &page,
        &[".TH eksauth 1", ".SH NAME", ".SH SYNOPSIS", "eksauth"],
    );
}

#[test]
fn every_command_has_a_man_page() {
    let scene = Scene::empty();
    let folder = scene.path("man/man1");
    let ran = scene.run(&format!("man {}", folder.display()));
    assert_eq!(ran.succeeded(), "");
    let files = std::fs::read_dir(&folder).unwrap();
    let mut names: Vec<_> = files
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort_unstable();
    let help = scene.run("--help").succeeded();
    let (_, commands) = help.split_once("Commands:\n").unwrap();
    let (commands, _) = commands.split_once("\n\n").unwrap();
    for command in commands
        .lines()
        .filter(|it| it.starts_with("  ") && !it.starts_with("   "))
    {
        let name = command.split_whitespace().next().unwrap();
        let page = format!("eksauth-{name}.1");
        assert!(
            name == "help" || names.contains(&page),
            "{page} in {names:?}"
        );
    }
    assert!(names.contains(&"eksauth.1".to_owned()));
    for page in [
        "eksauth-eks-get-token.1",
        "eksauth-add-role.1",
        "eksauth-add-user.1",
    ] {
        assert!(names.contains(&page.to_owned()), "{page} in {names:?}");
    }
    for name in names {
        let page = std::fs::read_to_string(folder.join(&name)).unwrap();
        assert_says(&page, &[".TH", ".SH NAME"]);
        assert!(!name.contains("-help"), "{name}");
    }
}

#[test]
fn a_folder_for_man_pages_that_cannot_be_made_is_told() {
    let scene = Scene::empty();
    let file = scene.home().write("file", "");
    let stderr = scene.run(&format!("man {}/below", file.display())).failed();
    assert_says(&stderr, &["could not write", "file/below"]);
}

#[test]
fn the_version_is_text_json_or_the_number_alone() {
    let version = env!("CARGO_PKG_VERSION");
    let scene = Scene::empty();
    let text = scene.run("version").succeeded();
    assert!(text.starts_with(&format!("eksauth {version} (")), "{text}");
    let json = scene.run("version -o json").json();
    assert_eq!(json["version"], version);
    for key in ["os", "arch"] {
        assert!(json[key].is_string(), "{json}");
    }
    assert_eq!(
        scene.run("version --short").succeeded(),
        format!("{version}\n")
    );
    assert_eq!(
        scene.run("--version").succeeded(),
        format!("eksauth {version}\n")
    );
}
