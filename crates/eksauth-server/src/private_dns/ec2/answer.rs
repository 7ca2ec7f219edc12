//! Reading what EC2 answers.

use aws_smithy_xml::decode::{Document, ScopedDecoder, XmlDecodeError, try_data};
use http::StatusCode;

use crate::StsErrorCode;

use super::{DescribeError, InstancePage};

/// What an answer of EC2 says.
pub(super) fn read(status: StatusCode, body: &[u8]) -> Result<InstancePage, DescribeError> {
    if status == StatusCode::OK {
        let text = std::str::from_utf8(body).map_err(|_| DescribeError::UnexpectedAnswer)?;
        return page(text).map_err(|_| DescribeError::UnexpectedAnswer);
    }
    Err(refusal(status, body))
}

fn refusal(status: StatusCode, body: &[u8]) -> DescribeError {
    let code = std::str::from_utf8(body).ok().and_then(error_code);
    let number = status.as_u16();
    let throttled = status == StatusCode::TOO_MANY_REQUESTS
        || code.as_ref().is_some_and(StsErrorCode::is_throttling);
    match code {
        _ if throttled => DescribeError::Throttled { status: number },
        _ if status.is_server_error() => DescribeError::Unavailable {
            reason: format!("HTTP {number}"),
        },
        Some(code) => DescribeError::Refused {
            status: number,
            code: code.as_str().to_owned(),
        },
        None => DescribeError::UnexpectedAnswer,
    }
}

/// `DescribeInstancesResponse`, of which one value in a hundred is of interest here.
fn page(text: &str) -> Result<InstancePage, XmlDecodeError> {
    // The decoder takes a document that is cut off for a short one.
    if !text.trim_end().ends_with("</DescribeInstancesResponse>") {
        return Err(XmlDecodeError::custom("another document"));
    }
    let mut document = Document::new(text);
    let mut page = InstancePage::default();
    let mut root = document.root_element()?;
    if !root.start_el().matches("DescribeInstancesResponse") {
        return Err(XmlDecodeError::custom("another document"));
    }
    while let Some(mut tag) = root.next_tag() {
        match tag.start_el().local() {
            "reservationSet" => reservations(&mut tag, &mut page)?,
            "nextToken" => page.next_token = Some(try_data(&mut tag)?.into_owned()),
            _ => {}
        }
    }
    Ok(page)
}

fn reservations(
    set: &mut ScopedDecoder<'_, '_>,
    page: &mut InstancePage,
) -> Result<(), XmlDecodeError> {
    while let Some(mut reservation) = set.next_tag() {
        while let Some(mut tag) = reservation.next_tag() {
            if tag.start_el().matches("instancesSet") {
                while let Some(mut item) = tag.next_tag() {
                    page.names.push(instance(&mut item)?);
                }
            }
        }
    }
    Ok(())
}

fn instance(item: &mut ScopedDecoder<'_, '_>) -> Result<(String, String), XmlDecodeError> {
    let mut id = String::new();
    let mut name = String::new();
    while let Some(mut tag) = item.next_tag() {
        match tag.start_el().local() {
            "instanceId" => id = try_data(&mut tag)?.into_owned(),
            "privateDnsName" => name = try_data(&mut tag)?.into_owned(),
            _ => {}
        }
    }
    Ok((id, name))
}

/// `<Response><Errors><Error><Code>`.
fn error_code(text: &str) -> Option<StsErrorCode> {
    let mut document = Document::new(text);
    let mut inside = false;
    while let Some(element) = document.next_start_element() {
        match element.local() {
            "Error" => inside = true,
            "Code" if inside => {
                let mut code = document.scoped_to(element);
                return StsErrorCode::parse(&try_data(&mut code).ok()?);
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests;
