//! The five default checks of Assay, in Rust.
#![cfg_attr(not(test), no_std)]

use assay::{Channel, Client, ClientKind, Report, Rows};

/// Every client has somebody who answers for it.
fn main_manager(_: &(), client: &Client, report: &mut Report) {
    if client.manager().is_empty() {
        report.finding("main-manager").path("manager");
    }
}

/// There is a way to reach the client: a channel of its own or of one of its contacts.
fn contact_information(_: &(), client: &Client, report: &mut Report) {
    let reached = reachable(client.channels())
        || client
            .contacts()
            .iter()
            .any(|contact| reachable(contact.channels()));
    if !reached {
        report.finding("contact-information").path("channels");
    }
}

fn reachable(channels: Rows<Channel>) -> bool {
    channels.iter().any(|channel| !channel.value().is_empty())
}

/// A company is its people: at least one contact is known.
fn contact_person(_: &(), client: &Client, report: &mut Report) {
    if client.kind() == Some(ClientKind::Company) && client.contacts().is_empty() {
        report.finding("contact-person").path("contacts");
    }
}

/// It is known what each contact does at the client.
fn contact_job_title(_: &(), client: &Client, report: &mut Report) {
    for (i, contact) in client.contacts().iter().enumerate() {
        if !contact.job_title().is_empty() {
            continue;
        }
        let finding = &mut report.finding("contact-job-title");
        finding
            .path(("contacts[", i, "].jobTitle"))
            .row(contact.id());
        let nameless = contact.name().is_empty();
        for (language, without) in [
            ("en", "A contact without a name"),
            ("ru", "без имени"),
            ("uk", "без імені"),
        ] {
            finding.param(
                language,
                if nameless {
                    without.into()
                } else {
                    contact.name()
                },
            );
        }
    }
}

/// Those who do business have a tax id.
fn tax_id(_: &(), client: &Client, report: &mut Report) {
    let in_business = matches!(
        client.kind(),
        Some(ClientKind::Company | ClientKind::SoleTrader)
    );
    if in_business && client.tax_id().is_empty() {
        report.finding("tax-id").path("taxId");
    }
}

assay::module! {
    quality "main-manager" => main_manager {
        "main-manager": {
            en: "No main manager. Assign one.",
            ru: "Не назначен основной менеджер. Назначьте ответственного.",
            uk: "Не призначено основного менеджера. Призначте відповідального.",
        },
    }
    quality "contact-information" => contact_information {
        "contact-information": {
            en: "No contact information. Add a phone, an e-mail or another channel.",
            ru: "Нет контактных данных. Добавьте телефон, e-mail или другой канал связи.",
            uk: "Немає контактних даних. Додайте телефон, e-mail або інший канал зв’язку.",
        },
    }
    quality "contact-person" => contact_person {
        "contact-person": {
            en: "No contact person. Add at least one.",
            ru: "Нет контактных лиц. Добавьте хотя бы одно.",
            uk: "Немає контактних осіб. Додайте хоча б одну.",
        },
    }
    quality "contact-job-title" => contact_job_title {
        "contact-job-title": {
            en: "{{ en }} has no job title. Add it.",
            ru: "У контактного лица {{ ru }} не указана должность. Укажите её.",
            uk: "У контактної особи {{ uk }} не вказано посаду. Вкажіть її.",
        },
    }
    quality "tax-id" => tax_id {
        "tax-id": {
            en: "No tax id. Add it.",
            ru: "Не указан ИНН. Укажите его.",
            uk: "Не вказано податковий номер (ЄДРПОУ або РНОКПП). Вкажіть його.",
        },
    }
}

#[cfg(test)]
mod tests;
