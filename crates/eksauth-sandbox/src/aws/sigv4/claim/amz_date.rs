//! `20150830T123600Z`.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// The date of a signature, as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::aws) struct AmzDate {
    text: String,
    at: Timestamp,
}

impl AmzDate {
    /// Nothing looser than the format: no fraction, no offset, no leap second.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (day, time) = text.strip_suffix('Z')?.split_once('T')?;
        let (day, time) = (digits(day, 8)?, digits(time, 6)?);
        // Cannot fail: each of these has at most two digits, the year four.
        let part = |number: u32, below: u32| i8::try_from(number / below % 100).ok();
        let at = DateTime::new(
            i16::try_from(day / 10_000).ok()?,
            part(day, 100)?,
            part(day, 1)?,
            part(time, 10_000)?,
            part(time, 100)?,
            part(time, 1)?,
            0,
        );
        Some(Self {
            text: text.to_owned(),
            at: Offset::UTC.to_timestamp(at.ok()?).ok()?,
        })
    }

    /// The same format, of any time.
    pub(in crate::aws::sigv4) fn text_of(at: Timestamp) -> String {
        at.strftime("%Y%m%dT%H%M%SZ").to_string()
    }

    pub(in crate::aws::sigv4) fn text(&self) -> &str {
        &self.text
    }

    pub(in crate::aws::sigv4) fn at(&self) -> Timestamp {
        self.at
    }

    /// `YYYYMMDD`.
    pub(in crate::aws::sigv4) fn day(&self) -> &str {
        // Cannot be shorter: it was parsed.
        self.text.get(..8).unwrap_or_default()
    }
}

fn digits(text: &str, length: usize) -> Option<u32> {
    let valid = text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
    valid.then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_and_written() {
        let date = AmzDate::parse("20150830T123600Z").unwrap();
        assert_eq!(date.at(), "2015-08-30T12:36:00Z".parse().unwrap());
        assert_eq!(date.day(), "20150830");
        assert_eq!(AmzDate::text_of(date.at()), date.text());
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "20150830",
            "20150830T123600",
            "20150830T123600z",
            "2015-08-30T12:36:00Z",
            "20151330T123600Z",
            "20150830T240000Z",
            "20150830T123660Z",
            "+0150830T123600Z",
            "20150830T123600.5Z",
            "20150830T123600ZZ",
        ] {
            assert_eq!(AmzDate::parse(text), None, "{text}");
        }
    }
}
