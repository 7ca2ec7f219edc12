//! Times as people say them.

use jiff::{SignedDuration, Timestamp};

/// `in 12 min`, `3 h ago`, `now`.
pub(crate) fn relative(at: Timestamp, now: Timestamp) -> String {
    let distance = at.duration_since(now);
    match distance.as_secs() {
        0 => "now".to_owned(),
        seconds if seconds > 0 => format!("in {}", rounded(distance)),
        _ => format!("{} ago", rounded(distance.abs())),
    }
}

/// In the largest unit of which there are at least two, so that nothing is off by more than half.
fn rounded(distance: SignedDuration) -> String {
    const UNITS: [(&str, i64); 4] = [("days", 86_400), ("h", 3_600), ("min", 60), ("s", 1)];
    let seconds = distance.as_secs();
    let (name, unit) = UNITS
        .into_iter()
        .find(|(_, unit)| seconds >= 2 * unit)
        .unwrap_or(("s", 1));
    format!("{} {name}", seconds / unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_cut_to_one_unit() {
        let now = Timestamp::from_second(1_000_000).unwrap();
        for (seconds, text) in [
            (0, "now"),
            (1, "in 1 s"),
            (119, "in 119 s"),
            (120, "in 2 min"),
            (725, "in 12 min"),
            (7199, "in 119 min"),
            (7200, "in 2 h"),
            (172_800, "in 2 days"),
            (-1, "1 s ago"),
            (-725, "12 min ago"),
            (-200_000, "2 days ago"),
        ] {
            let at = now + SignedDuration::from_secs(seconds);
            assert_eq!(relative(at, now), text);
        }
    }
}
