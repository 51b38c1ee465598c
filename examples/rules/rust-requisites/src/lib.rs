//! Looks at the bank requisites of Russian clients: the form of the BIC and of the account, and the check key by
//! which the two belong together.
#![cfg_attr(not(test), no_std)]

mod key;
mod number;

use assay::{Client, Finding, Report, Requisite, Text};
use number::{is_account, is_bic, stripped, with_its_zero};

assay::settings! {
    pub struct Settings {
        /// An account needs a BIC
        bic_required: bool = true,
    }
}

fn requisites(settings: &Settings, client: &Client, report: &mut Report) {
    if !client.country().is_empty() && client.country() != "RU" {
        return; // other countries have other numbers
    }
    for (i, row) in client.requisites().iter().enumerate() {
        judge(settings, report, i, &row);
    }
}

fn judge(settings: &Settings, report: &mut Report, i: usize, row: &Requisite) {
    let account = stripped::<20>(row.account()).filter(is_account);
    let bic = stripped::<9>(row.bic())
        .filter(is_bic)
        .or_else(|| with_its_zero(row.bic(), account?));

    if row.bic().is_empty() {
        if settings.bic_required && !row.account().is_empty() {
            at(report, "bic-missing", i, "bic", row);
        }
    } else if !is_written(row.bic(), &bic) {
        suggest(
            at(report, "bic-form", i, "bic", row).param("bic", row.bic()),
            &bic,
        );
    }
    if !row.account().is_empty() && !is_written(row.account(), &account) {
        suggest(
            at(report, "account-form", i, "account", row).param("account", row.account()),
            &account,
        );
    }
    if let (Some(bic), Some(account)) = (&bic, &account) {
        if !key::fits(bic, account) {
            at(report, "account-key", i, "account", row)
                .param("account", row.account())
                .param("bic", row.bic());
        }
    }
}

/// A finding of a field in row `i`.
fn at<'r>(
    report: &'r mut Report,
    code: &str,
    i: usize,
    field: &str,
    row: &Requisite,
) -> Finding<'r> {
    let mut finding = report.finding(code);
    finding.path(("requisites[", i, "].", field)).row(row.id());
    finding
}

/// Whether a number stands there as it should.
fn is_written<const N: usize>(text: Text, number: &Option<[u8; N]>) -> bool {
    number.map_or(false, |digits| text.as_bytes() == digits)
}

/// Suggests the number that was meant, where that is known.
fn suggest<const N: usize>(finding: &mut Finding, number: &Option<[u8; N]>) {
    if let Some(digits) = number {
        finding.suggest(Text::from(&digits[..]));
    }
}

assay::module! {
    quality "requisites" => requisites {
        "bic-missing": {
            en: "The account has no BIC. Add it.",
            ru: "У счёта не указан БИК. Укажите его.",
            uk: "Для рахунку не вказано БІК. Вкажіть його.",
        },
        "bic-form": {
            en: "“{{ bic }}” is no BIC: nine digits, the first of them 0, 1 or 2.",
            ru: "«{{ bic }}» — не БИК: в нём девять цифр, первая — 0, 1 или 2.",
            uk: "«{{ bic }}» — не БІК: у ньому дев’ять цифр, перша — 0, 1 або 2.",
        },
        "account-form": {
            en: "“{{ account }}” is no account number: 20 digits without blanks.",
            ru: "«{{ account }}» — не номер счёта: в нём 20 цифр без пробелов.",
            uk: "«{{ account }}» — не номер рахунку: у ньому 20 цифр без пробілів.",
        },
        "account-key": {
            en: "Account {{ account }} does not belong to BIC {{ bic }}: the check key differs. One of them has a mistyped digit.",
            ru: "Счёт {{ account }} не подходит к БИК {{ bic }}: не сходится контрольный ключ. В одном из них ошибка.",
            uk: "Рахунок {{ account }} не відповідає БІК {{ bic }}: не збігається контрольний ключ. В одному з них помилка.",
        },
    }
}

#[cfg(test)]
mod tests;
