//! Numbers as people type them.

use assay::Text;

use crate::key;

/// A number without the blanks, dots and hyphens that make it easier to read; `None` when the rest is not N letters
/// and digits.
pub fn stripped<const N: usize>(text: Text) -> Option<[u8; N]> {
    let mut number = [0; N];
    let mut places = number.iter_mut();
    for c in text
        .as_str()
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-'))
    {
        if !c.is_ascii_alphanumeric() {
            return None;
        }
        *places.next()? = c as u8;
    }
    if places.next().is_some() {
        return None;
    }
    Some(number)
}

/// Nine digits; the first says how the bank takes part in payments: directly (0), through another (1), not at all (2).
pub fn is_bic(bic: &[u8; 9]) -> bool {
    bic.iter().all(u8::is_ascii_digit) && bic[0] <= b'2'
}

/// Twenty digits; in place of the sixth a letter may stand for a clearing currency.
pub fn is_account(account: &[u8; 20]) -> bool {
    account
        .iter()
        .enumerate()
        .all(|(i, &c)| c.is_ascii_digit() || i == 5 && key::letter(c).is_some())
}

/// The BIC whose leading zero a spreadsheet has eaten. It is taken for that only when the account fits.
pub fn with_its_zero(text: Text, account: [u8; 20]) -> Option<[u8; 9]> {
    let mut bic = [b'0'; 9];
    bic[1..].copy_from_slice(&stripped::<8>(text)?);
    if is_bic(&bic) && key::fits(&bic, &account) {
        Some(bic)
    } else {
        None
    }
}
