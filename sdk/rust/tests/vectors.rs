//! The reader and the builder against the cards of sdk/abi/vectors.

use std::fs;
use std::path::PathBuf;

use assay::testing::*;
use assay::{ChannelType, Client, ClientKind, FieldValue};

// The walk of the conformance module, so that a module and this test read alike.
#[path = "../conformance/src/project.rs"]
mod project;
#[path = "../conformance/src/project_gen.rs"]
#[rustfmt::skip]
mod project_gen;

fn vector(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../abi/vectors")
        .join(name);
    fs::read(&path).unwrap_or_else(|e| panic!("{}: {}", path.display(), e))
}

/// The vectors by name, and whether they open.
fn index() -> Vec<(String, bool)> {
    let text = String::from_utf8(vector("index.txt")).unwrap();
    let line = |line: &str| {
        let (name, state) = line
            .split_once(' ')
            .unwrap_or_else(|| panic!("index.txt: {:?}", line));
        (name.to_string(), state == "opens")
    };
    text.lines().map(line).collect()
}

/// FORMAT.md "Writing".
#[test]
fn zero_and_empty_are_absent() {
    let nothing = ClientBuilder::new();
    let empty = nothing
        .clone()
        .id(1)
        .id(0)
        .name("Acme")
        .name("")
        .industries(["a"])
        .industries([""; 0])
        .revenue(0)
        .contacts([]);
    assert_eq!(empty.card(), nothing.card());
    let row = ClientBuilder::new().contact(ContactBuilder::new());
    let field = FieldBuilder::new().number(0.0).integer(0).text("");
    let rows = row.clone().fields([field]);
    assert_eq!(rows.card(), row.fields([FieldBuilder::new()]).card());
    let card = ClientBuilder::new().next_contact_at(0).card();
    let client = Client::open(&card).unwrap();
    assert!(client.has_next_contact_at() && !client.has_revenue());
}

#[test]
fn vectors_read_as_they_should() {
    let mut open = 0;
    for (name, opens) in index() {
        let card = vector(&format!("{}.card", name));
        match Client::open(&card) {
            Ok(client) => {
                assert!(opens, "{} must not open", name);
                open += 1;
                let want = vector(&format!("{}.fields", name));
                let got = project::projection(&client);
                assert_eq!(
                    String::from_utf8_lossy(got.as_bytes()),
                    String::from_utf8_lossy(&want),
                    "{}",
                    name
                );
                assert_eq!(got.as_bytes(), want, "{}", name);
            }
            Err(e) => assert!(!opens, "{} must open: {}", name, e),
        }
    }
    assert!(open > 10, "{} vectors open", open);
}

/// Whatever a card holds, nothing panics and nothing outside of it is read.
#[test]
fn no_bytes_make_it_panic() {
    let mut seed: u64 = 1;
    let mut random = move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed as usize
    };
    for (name, opens) in index() {
        let card = vector(&format!("{}.card", name));
        if !opens || card.len() > 10_000 {
            continue;
        }
        for _ in 0..300 {
            let mut broken = card.clone();
            for _ in 0..1 + random() % 4 {
                let at = 8 + random() % (broken.len() - 8);
                broken[at] = [0, 1, 8, 0x7f, 0x80, 0xff, random() as u8][random() % 7];
            }
            if let Ok(client) = Client::open(&broken) {
                if lines(&client) < 10_000 {
                    project::projection(&client);
                }
            }
        }
    }
}

/// About how much there is to read: rows that share bytes can be any number.
fn lines(client: &Client) -> usize {
    let channels: usize = client
        .contacts()
        .iter()
        .take(10_000)
        .map(|contact| contact.channels().len())
        .sum();
    channels
        + client.contacts().len()
        + client.channels().len()
        + client.properties().len()
        + client.fields().len()
        + client.tags().len()
        + client.managers().len()
        + client.categories().len()
        + client.industries().len()
        + client.addresses().len()
        + client.requisites().len()
        + client.contracts().len()
}

#[test]
fn what_is_built_is_read() {
    let client = ClientBuilder::new()
        .id(5)
        .kind(ClientKind::Company)
        .name("Acme")
        .channels([ChannelBuilder::new()
            .type_(ChannelType::Phone)
            .value("+100")])
        .contacts([
            ContactBuilder::new().name("Ann").job_title("CEO"),
            ContactBuilder::new()
                .name("Bob")
                .channels([ChannelBuilder::new()
                    .type_(ChannelType::Email)
                    .value("b@x.org")]),
        ])
        .property("b", "2")
        .property("a", "9")
        .property("a", "1")
        .tags(["vip", "new"]);
    let card = client.card();
    let got = project::projection(&Client::open(&card).unwrap());
    assert_eq!(
        got.as_str(),
        String::from_utf8(vector("good-small.fields")).unwrap()
    );
}

#[test]
fn custom_fields_are_read_by_their_type() {
    let values = [
        ("a", FieldValue::Text("текст".into())),
        ("b", FieldValue::Number(-1.5)),
        ("c", FieldValue::Integer(i64::MIN)),
        ("d", FieldValue::Bool(true)),
        ("e", FieldValue::Bool(false)),
        ("f", FieldValue::Date(86_400_000)),
        ("g", FieldValue::Time(1)),
    ];
    let client = values
        .iter()
        .rev()
        .fold(ClientBuilder::new(), |client, &(key, value)| {
            client.field(key, value)
        });
    let card = client.card();
    let client = Client::open(&card).unwrap();
    for (key, value) in values {
        assert_eq!(
            client.field(key).and_then(|field| field.value()),
            Some(value),
            "{}",
            key
        );
    }
    assert!(client.field("h").is_none() && client.field("").is_none());
}

#[test]
fn text_that_is_not_utf8_is_cut_to_what_is() {
    let card = ClientBuilder::new().name(&b"ab\xd0"[..]).card();
    let name = Client::open(&card).unwrap().name();
    assert_eq!(
        (name.len(), name.as_str(), name.to_string()),
        (3, "ab", "ab".to_string())
    );
}

/// A row has at most 64 slots, even where the card has room for more.
#[test]
fn rows_of_too_many_slots_are_absent() {
    let long = "x".repeat(1000);
    let client = ClientBuilder::new()
        .notes(&*long)
        .contact(ContactBuilder::new().name("Ann"));
    let mut card = client.card();
    let slot = 32 + 8 * 23; // client.contacts
    let header = u32::from_le_bytes(card[slot..slot + 4].try_into().unwrap()) as usize;
    for (slots, rows) in [(64, 1), (65, 0)] {
        card[header] = slots;
        let client = Client::open(&card).unwrap();
        assert_eq!(client.contacts().len(), rows, "{} slots", slots);
        assert_eq!(client.has_contacts(), rows == 1, "{} slots", slots);
    }
}
