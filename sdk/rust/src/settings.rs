use crate::json::Json;
use crate::memory;
use crate::suggest::{push_json, push_json_text, Suggestion};
#[cfg(not(target_family = "wasm"))]
use crate::testing::held::{self, Extent, Held};
use crate::textbuf::{TextBuf, ToText};

/// What a check can be told: a struct made by [`settings!`](crate::settings!), or `()` for nothing.
pub trait Settings: Sized + 'static {
    /// Describes each setting.
    #[doc(hidden)]
    fn describe(schema: &mut Schema);
    /// Takes the value of one setting from JSON; false when there is none of that name.
    #[doc(hidden)]
    fn read(&mut self, key: &str, json: &mut Json) -> Result<bool, Refusal>;
    /// Shows each setting to what holds it against the schema.
    #[cfg(not(target_family = "wasm"))]
    #[doc(hidden)]
    fn hold(&self, held: &mut Held);
    /// Every setting by its default.
    #[doc(hidden)]
    fn defaults() -> Self;
    /// Refuses what the schema cannot.
    fn validate(&self) -> Result<(), Refusal>;
}

impl Settings for () {
    fn describe(_: &mut Schema) {}
    fn read(&mut self, _: &str, _: &mut Json) -> Result<bool, Refusal> {
        Ok(false)
    }
    #[cfg(not(target_family = "wasm"))]
    fn hold(&self, _: &mut Held) {}
    fn defaults() {}
    fn validate(&self) -> Result<(), Refusal> {
        Ok(())
    }
}

/// Settings from JSON.
pub(crate) fn parse<S: Settings>(text: &[u8]) -> Result<S, Refusal> {
    let mut json = Json::new(text);
    let mut settings = S::defaults();
    json.object()?;
    let mut first = true;
    while let Some(key) = json.key(first)? {
        first = false;
        match settings.read(key, &mut json) {
            Ok(true) => {}
            Ok(false) => return Err(Refusal::new(("there is no setting ", key))),
            Err(refusal) => return Err(Refusal::new((key, ": ", &refusal.text))),
        }
    }
    json.end()?;
    #[cfg(not(target_family = "wasm"))] // there the host has done it
    held::read(&settings, text)?;
    settings.validate()?;
    Ok(settings)
}

/// Why settings are refused, for the person who wrote them.
#[derive(Debug)]
pub struct Refusal {
    pub(crate) text: TextBuf,
}

impl Refusal {
    /// With a text, or a tuple of its parts.
    pub fn new(text: impl ToText) -> Self {
        let mut refusal = Refusal {
            text: TextBuf::new(),
        };
        refusal.text.push(text);
        refusal
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        self.text.as_str()
    }
}

impl From<&str> for Refusal {
    fn from(text: &str) -> Self {
        Refusal::new(text)
    }
}

/// The type of a setting: `i64`, `f64`, `bool`, `&'static str`, `&'static [&'static str]`, or an enum made by
/// [`choice!`](crate::choice!).
pub trait Setting: Sized {
    /// The schema of the type, behind `"type":`.
    #[doc(hidden)]
    fn describe(out: &mut TextBuf);
    #[doc(hidden)]
    fn read(json: &mut Json) -> Result<Self, Refusal>;
    #[doc(hidden)]
    fn write_json(&self, out: &mut TextBuf);
    /// What bounds in the schema look at.
    #[cfg(not(target_family = "wasm"))]
    #[doc(hidden)]
    fn extent(&self) -> Extent {
        Extent::Unbounded
    }
}

impl Setting for i64 {
    fn describe(out: &mut TextBuf) {
        out.push("\"integer\"");
    }
    fn read(json: &mut Json) -> Result<Self, Refusal> {
        json.integer()
    }
    #[cfg(not(target_family = "wasm"))]
    fn extent(&self) -> Extent {
        Extent::Number(Limit::Whole(*self))
    }
    fn write_json(&self, out: &mut TextBuf) {
        out.push(*self);
    }
}

impl Setting for f64 {
    fn describe(out: &mut TextBuf) {
        out.push("\"number\"");
    }
    fn read(json: &mut Json) -> Result<Self, Refusal> {
        json.number()
    }
    #[cfg(not(target_family = "wasm"))]
    fn extent(&self) -> Extent {
        Extent::Number(Limit::Broken(*self))
    }
    fn write_json(&self, out: &mut TextBuf) {
        out.push(crate::host::format_double(
            *self,
            crate::host::DoubleFormat::General,
        ));
    }
}

impl Setting for bool {
    fn describe(out: &mut TextBuf) {
        out.push("\"boolean\"");
    }
    fn read(json: &mut Json) -> Result<Self, Refusal> {
        json.boolean()
    }
    fn write_json(&self, out: &mut TextBuf) {
        out.push(*self);
    }
}

impl Setting for &'static str {
    fn describe(out: &mut TextBuf) {
        out.push("\"string\"");
    }
    fn read(json: &mut Json) -> Result<Self, Refusal> {
        json.string()
    }
    #[cfg(not(target_family = "wasm"))]
    fn extent(&self) -> Extent {
        Extent::Characters(self.chars().count())
    }
    fn write_json(&self, out: &mut TextBuf) {
        push_json(out, self.as_bytes());
    }
}

impl Setting for &'static [&'static str] {
    fn describe(out: &mut TextBuf) {
        out.push("\"array\",\"items\":{\"type\":\"string\"}");
    }

    fn read(json: &mut Json) -> Result<Self, Refusal> {
        let mut list = List::default();
        json.strings(|text| list.push(text))?;
        Ok(list.leak())
    }

    fn write_json(&self, out: &mut TextBuf) {
        push_list(out, self);
    }
}

/// A list that grows, and stays for as long as the program runs.
struct List {
    at: *mut &'static str,
    len: usize,
    room: usize, // 0: `at` is no memory of ours
}

impl Default for List {
    fn default() -> Self {
        List {
            at: core::ptr::NonNull::dangling().as_ptr(),
            len: 0,
            room: 0,
        }
    }
}

impl List {
    fn push(&mut self, text: &'static str) {
        if self.len == self.room {
            self.grow();
        }
        unsafe { self.at.add(self.len).write(text) };
        self.len += 1;
    }

    /// Doubles the room: the texts lie behind the list, so that it moves each time.
    fn grow(&mut self) {
        const SIZE: usize = core::mem::size_of::<&str>();
        let room = (2 * self.room).max(4);
        let at = match self.room {
            0 => memory::allocate(room * SIZE),
            old => unsafe { memory::reallocate(self.at.cast(), old * SIZE, room * SIZE) },
        };
        (self.at, self.room) = (at.cast(), room);
    }

    fn leak(self) -> &'static [&'static str] {
        unsafe { core::slice::from_raw_parts(self.at, self.len) }
    }
}

/// Appends a list of texts as JSON.
#[doc(hidden)]
pub fn push_list(out: &mut TextBuf, texts: &[&str]) {
    out.push_byte(b'[');
    for (i, text) in texts.iter().enumerate() {
        out.push(if i > 0 { "," } else { "" });
        push_json(out, text.as_bytes());
    }
    out.push_byte(b']');
}

/// The JSON Schema of settings, while it is written.
#[doc(hidden)]
#[derive(Default)]
pub struct Schema {
    properties: TextBuf,
    required: TextBuf,
}

impl Schema {
    /// Begins a property; `name` is that of the struct's field, `title` its documentation.
    pub fn property<'s, T: Setting>(&'s mut self, name: &'s str, title: &str) -> Property<'s> {
        let out = &mut self.properties;
        out.push(if out.is_empty() { "" } else { "," });
        push_json_text(out, Camel(name));
        out.push(":{\"type\":");
        T::describe(out);
        let mut property = Property {
            schema: self,
            name: Camel(name),
        };
        if !title.is_empty() {
            property.keyword("title", title.trim());
        }
        property
    }

    /// Appends the schema; false, and nothing, when there is nothing to set.
    pub(crate) fn write(&self, out: &mut TextBuf) -> bool {
        if self.properties.is_empty() {
            return false;
        }
        out.push("{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{");
        out.push(&self.properties);
        out.push("}");
        if !self.required.is_empty() {
            out.push((",\"required\":[", &self.required, "]"));
        }
        out.push("}");
        true
    }
}

/// A property, while it is written: each method adds the keyword of its name.
#[doc(hidden)]
pub struct Property<'s> {
    schema: &'s mut Schema,
    name: Camel<'s>,
}

impl Property<'_> {
    pub fn by_default<T: Setting>(&mut self, value: T) -> &mut Self {
        let out = &mut self.schema.properties;
        out.push(",\"default\":");
        value.write_json(out);
        self
    }

    pub fn required(&mut self) -> &mut Self {
        let out = &mut self.schema.required;
        out.push(if out.is_empty() { "" } else { "," });
        push_json_text(out, self.name);
        self
    }

    pub fn minimum(&mut self, limit: impl Into<Limit>) -> &mut Self {
        self.keyword("minimum", limit.into())
    }

    pub fn maximum(&mut self, limit: impl Into<Limit>) -> &mut Self {
        self.keyword("maximum", limit.into())
    }

    pub fn min_length(&mut self, characters: u32) -> &mut Self {
        self.keyword("minLength", characters)
    }

    pub fn max_length(&mut self, characters: u32) -> &mut Self {
        self.keyword("maxLength", characters)
    }

    pub fn end(&mut self) {
        self.schema.properties.push("}");
    }

    fn keyword(&mut self, keyword: &str, value: impl Suggestion) -> &mut Self {
        let out = &mut self.schema.properties;
        out.push((",\"", keyword, "\":"));
        value.write_json(out);
        self
    }
}

/// A bound of a number.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub enum Limit {
    Whole(i64),
    Broken(f64),
}

impl From<i32> for Limit {
    fn from(limit: i32) -> Self {
        Limit::Whole(limit as i64)
    }
}

impl From<i64> for Limit {
    fn from(limit: i64) -> Self {
        Limit::Whole(limit)
    }
}

impl From<f64> for Limit {
    fn from(limit: f64) -> Self {
        Limit::Broken(limit)
    }
}

impl Suggestion for Limit {
    fn write_json(&self, out: &mut TextBuf) {
        match self {
            Limit::Whole(limit) => Setting::write_json(limit, out),
            Limit::Broken(limit) => Setting::write_json(limit, out),
        }
    }
}

#[cfg(not(target_family = "wasm"))]
impl PartialEq for Limit {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(core::cmp::Ordering::Equal)
    }
}

#[cfg(not(target_family = "wasm"))]
impl PartialOrd for Limit {
    fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
        match (*self, *other) {
            (Limit::Whole(a), Limit::Whole(b)) => Some(a.cmp(&b)),
            (Limit::Whole(a), Limit::Broken(b)) => (a as f64).partial_cmp(&b),
            (Limit::Broken(a), Limit::Whole(b)) => a.partial_cmp(&(b as f64)),
            (Limit::Broken(a), Limit::Broken(b)) => a.partial_cmp(&b),
        }
    }
}

#[cfg(not(target_family = "wasm"))]
impl ToText for Limit {
    fn write_to(&self, out: &mut TextBuf) {
        self.write_json(out);
    }
}

/// The name of a field as JSON has it: `days_left` is `daysLeft`.
#[derive(Clone, Copy)]
pub(crate) struct Camel<'a>(pub(crate) &'a str);

impl Camel<'_> {
    fn bytes(&self) -> impl Iterator<Item = u8> + '_ {
        let mut upper = false;
        self.0.bytes().filter_map(move |byte| {
            let before = core::mem::replace(&mut upper, byte == b'_');
            match byte {
                b'_' => None,
                _ if before => Some(byte.to_ascii_uppercase()),
                _ => Some(byte),
            }
        })
    }
}

impl ToText for Camel<'_> {
    fn write_to(&self, out: &mut TextBuf) {
        self.bytes().for_each(|byte| out.push_byte(byte));
    }
}

/// Whether the field of a struct is the setting with the key.
#[doc(hidden)]
pub fn is_key(field: &str, key: &str) -> bool {
    Camel(field).bytes().eq(key.bytes())
}

/// Declares the settings of a check: a struct from which their JSON Schema and their reader are derived.
///
/// The documentation of a field is its title. Behind its type stand its default, and in braces what the schema
/// asks of it: `required`, `minimum`, `maximum`, `min_length`, `max_length`. In manifests a field is written in
/// camel case, `days_left` as `daysLeft`. Settings reach a check only when the host has found that they fit the schema, and
/// [`testing`](crate::testing) finds so, too; `validate`, which may be left out, refuses what a schema cannot.
///
/// ```
/// assay::choice! {
///     pub enum Scope { All = "all", Active = "active" }
/// }
///
/// assay::settings! {
///     pub struct Licence {
///         /// Days before the end
///         pub days_left: i64 = 30 => { minimum: 0, maximum: 365 },
///         /// Custom field with the end
///         pub field: &'static str => { required, min_length: 1 },
///         /// Whose licences
///         pub scope: Scope = Scope::Active,
///         /// Regions without licences
///         pub regions: &'static [&'static str] = &[],
///     }
///
///     fn validate(&self) -> Result<(), assay::Refusal> {
///         if self.field == "licence" && self.days_left == 0 {
///             return Err("daysLeft must not be 0 for this field".into());
///         }
///         Ok(())
///     }
/// }
///
/// let settings = Licence { field: "until", ..Licence::default() };
/// assert_eq!(settings.days_left, 30);
/// ```
#[macro_export]
macro_rules! settings {
    (
        $(#[$attribute:meta])*
        $visible:vis struct $name:ident {
            $(
                $(#[doc = $title:literal])*
                $shown:vis $field:ident : $type:ty $(= $default:expr)? $(=> { $($keyword:ident $(: $limit:expr)?),* $(,)? })?
            ),* $(,)?
        }
        $(fn validate(&$this:ident) -> $result:ty $body:block)?
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, PartialEq)]
        $visible struct $name {
            $($(#[doc = $title])* $shown $field: $type,)*
        }

        impl ::core::default::Default for $name {
            fn default() -> Self {
                $name { $($field: $crate::settings!(@default $($default)?),)* }
            }
        }

        impl $crate::Settings for $name {
            fn describe(schema: &mut $crate::__private::Schema) {
                $(
                    schema.property::<$type>(stringify!($field), concat!($($title),*))
                        $(.by_default::<$type>($default))?
                        $($(.$keyword($($limit)?))*)?
                        .end();
                )*
            }

            #[cfg(not(target_family = "wasm"))]
            fn hold(&self, held: &mut $crate::__private::Held) {
                let default = Self::default();
                $(
                    held.setting(stringify!($field), &self.$field, &default.$field)
                        $($(.$keyword($($limit)?))*)?
                        .end();
                )*
            }

            fn read(&mut self, key: &str, json: &mut $crate::__private::Json) -> ::core::result::Result<bool, $crate::Refusal> {
                $(
                    if $crate::__private::is_key(stringify!($field), key) {
                        self.$field = $crate::Setting::read(json)?;
                        return ::core::result::Result::Ok(true);
                    }
                )*
                ::core::result::Result::Ok(false)
            }

            fn defaults() -> Self {
                Self::default()
            }

            $crate::settings!(@validate $(&$this, $result, $body)?);
        }
    };
    (@default) => { ::core::default::Default::default() };
    (@default $default:expr) => { $default };
    (@validate) => {
        fn validate(&self) -> ::core::result::Result<(), $crate::Refusal> {
            ::core::result::Result::Ok(())
        }
    };
    (@validate &$this:ident, $result:ty, $body:block) => {
        fn validate(&$this) -> $result $body
    };
}

/// Declares an enum that can be a setting: one of some texts. Its default is the first.
///
/// ```
/// assay::choice! {
///     /// How strict the check is.
///     pub enum Strictness { Lenient = "lenient", Strict = "strict" }
/// }
/// assert_eq!(Strictness::Strict.as_str(), "strict");
/// assert_eq!(Strictness::default(), Strictness::Lenient);
/// ```
#[macro_export]
macro_rules! choice {
    (
        $(#[$attribute:meta])*
        $visible:vis enum $name:ident { $($(#[$about:meta])* $variant:ident = $text:literal),+ $(,)? }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        $visible enum $name { $($(#[$about])* #[doc = $text] $variant,)+ }

        impl $name {
            const ALL: &'static [($name, &'static str)] = &[$(($name::$variant, $text)),+];

            /// The value as a manifest writes it.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text,)+ }
            }
        }

        impl ::core::default::Default for $name {
            fn default() -> Self {
                $name::ALL[0].0
            }
        }

        impl $crate::Setting for $name {
            fn describe(out: &mut $crate::TextBuf) {
                out.push("\"string\",\"enum\":");
                $crate::__private::push_list(out, &[$($text),+]);
            }

            fn read(json: &mut $crate::__private::Json) -> ::core::result::Result<Self, $crate::Refusal> {
                let text = json.string()?;
                match $name::ALL.iter().find(|known| known.1 == text) {
                    ::core::option::Option::Some(known) => ::core::result::Result::Ok(known.0),
                    ::core::option::Option::None => ::core::result::Result::Err($crate::Refusal::new(("there is no choice ", text))),
                }
            }

            fn write_json(&self, out: &mut $crate::TextBuf) {
                out.push(("\"", self.as_str(), "\""));
            }
        }
    };
}
