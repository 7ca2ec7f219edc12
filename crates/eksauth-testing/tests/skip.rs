//! Skips are heard past the test harness and noted where asked.

use std::process::Command;

#[test]
#[ignore = "run by `a_skip_is_loud_and_noted`, in a process of its own"]
fn a_test_that_skips() {
    eksauth_testing::skip("a_test_that_skips", "nothing\nhere");
}

#[test]
fn a_skip_is_loud_and_noted() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let notes = folder.path().join("skips");
    for _ in 0..2 {
        let output = Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", "a_test_that_skips", "--ignored"])
            .env("EKSAUTH_TEST_SKIPS", &notes)
            .output()
            .expect("this test runs again");
        assert!(output.status.success());
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(
            stderr.contains("SKIPPED a_test_that_skips: nothing"),
            "{stderr}"
        );
    }
    let noted = std::fs::read_to_string(&notes).expect("the skips are noted");
    assert_eq!(noted, "a_test_that_skips: nothing here\n".repeat(2));
}
