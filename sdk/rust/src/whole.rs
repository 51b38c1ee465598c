//! Reads whole numbers exactly: a double would round those beyond 2^53.

use crate::settings::Refusal;

/// The whole number that JSON writes, in whatever way: 3, 3.0, 30e-1.
pub(crate) fn parse(text: &[u8]) -> Result<i64, Refusal> {
    match Number::cut(text) {
        Some(number) => number.exact(),
        None => Err(NOT_WHOLE.into()),
    }
}

const NOT_WHOLE: &str = "want a whole number";
const TOO_LARGE: &str =
    "want a whole number from -9223372036854775808 to 9223372036854775807, the 64 bits of an integer";

/// The parts of a number as JSON writes one.
pub(crate) struct Number<'a> {
    negative: bool,
    whole: &'a [u8],
    fraction: &'a [u8],
    exponent: i32, // one beyond this range moves the point out of any text of settings, too
}

impl<'a> Number<'a> {
    /// Cuts a text, `None` when it is no number.
    pub(crate) fn cut(text: &'a [u8]) -> Option<Self> {
        let (negative, rest) = match text {
            [b'-', rest @ ..] => (true, rest),
            _ => (false, text),
        };
        let (whole, rest) = digits(rest)?;
        let (fraction, rest) = match rest {
            [b'.', rest @ ..] => digits(rest)?,
            _ => (&rest[..0], rest),
        };
        let (exponent, rest) = match rest {
            [b'e' | b'E', rest @ ..] => exponent(rest)?,
            _ => (0, rest),
        };
        let zero_led = whole.len() > 1 && whole[0] == b'0';
        (rest.is_empty() && !zero_led).then_some(Number {
            negative,
            whole,
            fraction,
            exponent,
        })
    }

    fn exact(&self) -> Result<i64, Refusal> {
        let point = self.whole.len() as i64 + self.exponent as i64;
        let mut value = 0; // of the negative number, for the least one has no counterpart
        let mut at = 0;
        for &digit in self.whole.iter().chain(self.fraction) {
            if at < point {
                value = with_digit(value, digit)?;
            } else if digit != b'0' {
                return Err(NOT_WHOLE.into());
            }
            at += 1;
        }
        while at < point && value != 0 {
            value = with_digit(value, b'0')?;
            at += 1;
        }
        if self.negative {
            return Ok(value);
        }
        value.checked_neg().ok_or_else(|| TOO_LARGE.into())
    }
}

fn with_digit(value: i64, digit: u8) -> Result<i64, Refusal> {
    let digit = (digit - b'0') as i64;
    let longer = value.checked_mul(10).and_then(|v| v.checked_sub(digit));
    longer.ok_or_else(|| TOO_LARGE.into())
}

/// The digits that a text begins with, and the rest; `None` when it begins with none.
fn digits(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let other = text.iter().position(|byte| !byte.is_ascii_digit());
    match text.split_at(other.unwrap_or(text.len())) {
        ([], _) => None,
        parts => Some(parts),
    }
}

fn exponent(text: &[u8]) -> Option<(i32, &[u8])> {
    let (sign, rest) = match text {
        [b'-', rest @ ..] => (-1, rest),
        [b'+', rest @ ..] => (1, rest),
        _ => (1, text),
    };
    let (digits, rest) = digits(rest)?;
    let size = digits.iter().fold(0i32, |size, digit| {
        size.saturating_mul(10)
            .saturating_add((digit - b'0') as i32)
    });
    Some((sign * size, rest))
}
