//! The timestamps of Signature Version 4: `20261124T120000Z`.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// A UTC instant in whole seconds, as `YYYYMMDDThhmmssZ`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AmzDate {
    text: [u8; Self::LEN],
}

impl AmzDate {
    pub(crate) const LEN: usize = 16;

    /// `None` before the year 0, which the format cannot express.
    pub(crate) fn of(at: Timestamp) -> Option<Self> {
        let at = Offset::UTC.to_datetime(at);
        let year = u16::try_from(at.year()).ok()?;
        let mut text = *b"0000ddddT000000Z";
        write_digits(&mut text[0..4], year);
        write_digits(&mut text[4..6], at.month().unsigned_abs().into());
        write_digits(&mut text[6..8], at.day().unsigned_abs().into());
        write_digits(&mut text[9..11], at.hour().unsigned_abs().into());
        write_digits(&mut text[11..13], at.minute().unsigned_abs().into());
        write_digits(&mut text[13..15], at.second().unsigned_abs().into());
        Some(Self { text })
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.text
    }

    /// The day, as it stands in a credential scope: `YYYYMMDD`.
    pub(crate) fn day(&self) -> [u8; 8] {
        let [a, b, c, d, e, f, g, h, ..] = self.text;
        [a, b, c, d, e, f, g, h]
    }
}

/// Reads `YYYYMMDDThhmmssZ`, and nothing looser: no fraction, no offset, no leap second.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    let bytes: &[u8; AmzDate::LEN] = text.as_bytes().try_into().ok()?;
    if bytes[8] != b'T' || bytes[15] != b'Z' {
        return None;
    }
    let two = |at: usize| read_digits(&bytes[at..at + 2]).and_then(|n| i8::try_from(n).ok());
    let year = read_digits(&bytes[0..4])?;
    let (month, day) = (two(4)?, two(6)?);
    let (hour, minute, second) = (two(9)?, two(11)?, two(13)?);
    let at = DateTime::new(year, month, day, hour, minute, second, 0).ok()?;
    Offset::UTC.to_timestamp(at).ok()
}

fn write_digits(into: &mut [u8], mut number: u16) {
    for digit in into.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

fn read_digits(digits: &[u8]) -> Option<i16> {
    digits.iter().try_fold(0_i16, |number, digit| {
        digit
            .is_ascii_digit()
            .then(|| number * 10 + i16::from(digit - b'0'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_and_reads_back() {
        for (at, text) in [
            ("2026-11-24T12:00:00Z", "20261124T120000Z"),
            ("1970-01-01T00:00:00Z", "19700101T000000Z"),
            ("2024-02-29T23:59:59Z", "20240229T235959Z"),
            ("9999-12-30T22:00:00Z", "99991230T220000Z"),
        ] {
            let at: Timestamp = at.parse().unwrap();
            assert_eq!(AmzDate::of(at).unwrap().as_bytes(), text.as_bytes());
            assert_eq!(parse(text), Some(at));
        }
    }

    #[test]
    fn fractions_of_a_second_are_cut_off() {
        let at: Timestamp = "2026-11-24T12:00:00.999Z".parse().unwrap();
        assert_eq!(AmzDate::of(at).unwrap().as_bytes(), b"20261124T120000Z");
    }

    #[test]
    fn years_before_zero_have_no_such_date() {
        assert_eq!(AmzDate::of(Timestamp::MIN), None);
    }

    #[test]
    fn anything_looser_is_refused() {
        for text in [
            "",
            "20261124T120000",
            "20261124T120000z",
            "20261124t120000Z",
            "20261124T120000.5Z",
            "20261124T120060Z",
            "20261124T240000Z",
            "20261324T120000Z",
            "20260230T120000Z",
            "2026-11-24T12:00Z",
            "+0261124T120000Z",
            " 0261124T120000Z",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
