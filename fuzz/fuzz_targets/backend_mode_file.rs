//! Foreign backend-mode files: what is accepted names backends, each once, in the order of the file.
#![no_main]

use eksauth_map::BackendMode;
use eksauth_map::backend_mode_file::BackendModeFile;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|text: &str| match BackendModeFile::parse(text) {
    Ok(file) => names_what_the_file_names(&file, text),
    Err(error) => shows_only_visible_text(&error.to_string()),
});

fn names_what_the_file_names(file: &BackendModeFile, text: &str) {
    let Ok(Value::Object(pairs)) = serde_json::from_str(text) else {
        return;
    };
    let mut spelled = pairs
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("backendMode"));
    // With two spellings the order counts, which these values have lost.
    let (Some((_, value)), None) = (spelled.next(), spelled.next()) else {
        return;
    };
    let named = value.as_str().expect("an accepted file names backends");
    let named = named
        .split(' ')
        .map(|name| name.parse().expect("a backend"));
    let mut once: Vec<BackendMode> = Vec::new();
    named.for_each(|mode| {
        if !once.contains(&mode) {
            once.push(mode);
        }
    });
    assert_eq!(file.modes, once);
}

fn shows_only_visible_text(text: &str) {
    assert!(
        text.chars().all(|c| c == ' ' || c.is_ascii_graphic()),
        "{text:?}"
    );
}
