use crate::card_gen::{Client, Field, FieldType};
use crate::text::Text;

/// The value of a custom field, by its type.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum FieldValue<'a> {
    /// `string`
    Text(Text<'a>),
    /// `number`
    Number(f64),
    /// `integer`
    Integer(i64),
    /// `bool`
    Bool(bool),
    /// `date`: the unix milliseconds of its midnight in UTC
    Date(i64),
    /// `time`: unix milliseconds
    Time(i64),
}

impl<'a> Field<'a> {
    /// The value, `None` when its type is one that this version does not know.
    pub fn value(&self) -> Option<FieldValue<'a>> {
        Some(match self.type_()? {
            FieldType::String => FieldValue::Text(self.text()),
            FieldType::Number => FieldValue::Number(self.number()),
            FieldType::Integer => FieldValue::Integer(self.integer()),
            FieldType::Bool => FieldValue::Bool(self.integer() == 1),
            FieldType::Date => FieldValue::Date(self.integer()),
            FieldType::Time => FieldValue::Time(self.integer()),
        })
    }
}

impl<'a> Client<'a> {
    /// The custom field with the key, `None` when the client has none.
    ///
    /// ```
    /// # use assay::{testing::ClientBuilder, FieldValue};
    /// # let card = ClientBuilder::new().field("until", FieldValue::Date(0)).card();
    /// # let client = assay::Client::open(&card).unwrap();
    /// if let Some(FieldValue::Date(until)) = client.field("until").and_then(|field| field.value()) {
    ///     assert_eq!(until, 0);
    /// }
    /// ```
    pub fn field<'k>(&self, key: impl Into<Text<'k>>) -> Option<Field<'a>> {
        self.fields().find(key)
    }

    /// The value of the property with the key, `None` when the client has none.
    pub fn property<'k>(&self, key: impl Into<Text<'k>>) -> Option<Text<'a>> {
        self.properties().find(key).map(|property| property.value())
    }
}
