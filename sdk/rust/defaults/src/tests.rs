use assay::testing::*;
use assay::ClientKind;

use super::*;

fn company() -> ClientBuilder {
    ClientBuilder::new().kind(ClientKind::Company)
}

fn phone(value: &str) -> ChannelBuilder {
    ChannelBuilder::new().id("h1").value(value)
}

fn paths(check: fn(&(), &Client, &mut Report), client: ClientBuilder) -> Vec<String> {
    run(check, &(), &client, 0)
        .findings
        .into_iter()
        .map(|finding| finding.path)
        .collect()
}

#[test]
fn a_client_without_anything_lacks_what_it_should_have() {
    assert_eq!(paths(main_manager, company()), ["manager"]);
    assert_eq!(paths(contact_information, company()), ["channels"]);
    assert_eq!(paths(contact_person, company()), ["contacts"]);
    assert_eq!(paths(contact_job_title, company()), [""; 0]);
    assert_eq!(paths(tax_id, company()), ["taxId"]);
}

#[test]
fn a_client_with_everything_lacks_nothing() {
    let contact = ContactBuilder::new()
        .id("c1")
        .name("Анна")
        .job_title("бухгалтер")
        .channels([phone("+74957480113")]);
    let client = company()
        .manager("ivanov")
        .tax_id("7707083893")
        .contact(contact);
    for check in [
        main_manager,
        contact_information,
        contact_person,
        contact_job_title,
        tax_id,
    ] {
        assert_eq!(paths(check, client.clone()), [""; 0]);
    }
}

#[test]
fn persons_need_neither_contacts_nor_a_tax_id() {
    for kind in [ClientKind::Person, ClientKind::SoleTrader] {
        assert_eq!(
            paths(contact_person, ClientBuilder::new().kind(kind)),
            [""; 0]
        );
    }
    assert_eq!(
        paths(tax_id, ClientBuilder::new().kind(ClientKind::Person)),
        [""; 0]
    );
    assert_eq!(
        paths(tax_id, ClientBuilder::new().kind(ClientKind::SoleTrader)),
        ["taxId"]
    );
}

#[test]
fn channels_without_a_value_are_none() {
    let contact = ContactBuilder::new().channels([phone("")]);
    assert_eq!(
        paths(
            contact_information,
            company().channel(phone("")).contact(contact)
        ),
        ["channels"]
    );
    assert_eq!(
        paths(
            contact_information,
            company().channel(phone("")).channel(phone("12"))
        ),
        [""; 0]
    );
}

#[test]
fn each_contact_without_a_job_title_is_named() {
    let client = company()
        .contact(ContactBuilder::new().id("c1").name("Анна"))
        .contact(ContactBuilder::new().id("c2").job_title("директор"))
        .contact(ContactBuilder::new().id("c3"));
    let verdict = run(contact_job_title, &(), &client, 0);
    assert_eq!(
        verdict.paths(),
        ["contacts[0].jobTitle", "contacts[2].jobTitle"]
    );
    let (first, last) = (&verdict.findings[0], &verdict.findings[1]);
    assert_eq!((&*first.row, first.param("ru")), ("c1", Some("Анна")));
    assert_eq!(
        (&*last.row, last.param("en"), last.param("uk")),
        ("c3", Some("A contact without a name"), Some("без імені"))
    );
}
