//! The check key of Russian accounts, by the Bank of Russia's order of calculating it (8 September 1997, no. 515).
//!
//! The ninth digit of an account is such that the sum over 23 digits, each times 7, 1 or 3 in turn, of which only the last digit
//! counts, ends in 0. Before the account stand three digits of the BIC: of an account at a bank the last three; of one at the
//! Bank of Russia itself a 0 and the fifth and sixth, which name its settlement centre.

const WEIGHTS: [u32; 3] = [7, 1, 3];

/// Whether the account belongs to the BIC. Accounts at the Treasury, whose BICs begin with 00, 01 and 02, have another order
/// and are taken to fit.
pub fn fits(bic: &[u8; 9], account: &[u8; 20]) -> bool {
    if bic[..2] != *b"04" {
        return true;
    }
    let before = if at_central_bank(bic, account) {
        [b'0', bic[4], bic[5]]
    } else {
        [bic[6], bic[7], bic[8]]
    };
    let digits = before.iter().chain(account).map(|&c| digit(c));
    let sum: u32 = digits
        .zip(WEIGHTS.iter().cycle())
        .map(|(digit, weight)| digit * weight % 10)
        .sum();
    sum % 10 == 0
}

/// Correspondent accounts of banks (301) are at the Bank of Russia, as is everything at its settlement centres, the last
/// digits of whose BICs are 000, 001 and 002.
fn at_central_bank(bic: &[u8; 9], account: &[u8; 20]) -> bool {
    account[..3] == *b"301" || matches!(&bic[6..], b"000" | b"001" | b"002")
}

fn digit(c: u8) -> u32 {
    match c {
        b'0'..=b'9' => (c - b'0') as u32,
        _ => letter(c).unwrap_or(0),
    }
}

/// The digit that a letter of a clearing currency stands for.
pub fn letter(c: u8) -> Option<u32> {
    b"ABCEHKMPTX"
        .iter()
        .position(|&known| known == c)
        .map(|place| place as u32)
}
