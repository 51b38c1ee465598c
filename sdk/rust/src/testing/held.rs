//! Holds settings against what their schema asks, as the server does before a module gets them.

use std::vec::Vec;

use crate::json::Json;
use crate::settings::{Camel, Limit, Refusal};
use crate::{Setting, Settings};

/// Settings that were read from JSON, where what is not set is not asked of.
pub(crate) fn read<S: Settings>(settings: &S, json: &[u8]) -> Result<(), Refusal> {
    hold(settings, Some(Json::new(json).keys()?))
}

/// Settings that a test made in code. Those with their defaults are taken for not set, but for required ones.
pub(crate) fn made<S: Settings>(settings: &S) -> Result<(), Refusal> {
    hold(settings, None)
}

fn hold<S: Settings>(settings: &S, keys: Option<Vec<&'static str>>) -> Result<(), Refusal> {
    let mut held = Held {
        keys,
        refusal: None,
    };
    settings.hold(&mut held);
    held.refusal.map_or(Ok(()), Err)
}

/// The settings of a check, while they are looked at one by one.
pub struct Held {
    keys: Option<Vec<&'static str>>, // that the JSON has; `None` of settings made in code
    refusal: Option<Refusal>,        // the first
}

impl Held {
    /// Begins with a setting, by the name of the struct's field.
    pub fn setting<'h, T: Setting + PartialEq>(
        &'h mut self,
        field: &'h str,
        value: &T,
        default: &T,
    ) -> Asked<'h> {
        Asked {
            is_set: match &self.keys {
                Some(keys) => keys.iter().any(|key| crate::settings::is_key(field, key)),
                None => value != default,
            },
            in_json: self.keys.is_some(),
            extent: value.extent(),
            name: Camel(field),
            refusal: &mut self.refusal,
            required: false,
            faults: Vec::new(),
        }
    }
}

/// What bounds look at in a setting.
pub enum Extent {
    /// A number.
    Number(Limit),
    /// A text, by its characters.
    Characters(usize),
    /// Nothing.
    Unbounded,
}

/// A setting and what is asked of it: each method is the keyword of its name.
pub struct Asked<'h> {
    name: Camel<'h>,
    extent: Extent,
    is_set: bool,
    in_json: bool,
    required: bool,
    faults: Vec<Refusal>,
    refusal: &'h mut Option<Refusal>,
}

impl Asked<'_> {
    pub fn required(&mut self) -> &mut Self {
        self.required = true;
        self
    }

    pub fn minimum(&mut self, limit: impl Into<Limit>) -> &mut Self {
        let limit = limit.into();
        match self.extent {
            Extent::Number(value) if value < limit => {
                self.fault(Refusal::new((value, " is less than ", limit)))
            }
            _ => self,
        }
    }

    pub fn maximum(&mut self, limit: impl Into<Limit>) -> &mut Self {
        let limit = limit.into();
        match self.extent {
            Extent::Number(value) if value > limit => {
                self.fault(Refusal::new((value, " is more than ", limit)))
            }
            _ => self,
        }
    }

    pub fn min_length(&mut self, characters: u32) -> &mut Self {
        match self.extent {
            Extent::Characters(count) if count < characters as usize => self.fault(Refusal::new((
                "length ",
                count,
                ", want at least ",
                characters,
            ))),
            _ => self,
        }
    }

    pub fn max_length(&mut self, characters: u32) -> &mut Self {
        match self.extent {
            Extent::Characters(count) if count > characters as usize => self.fault(Refusal::new((
                "length ",
                count,
                ", want at most ",
                characters,
            ))),
            _ => self,
        }
    }

    /// Decides, for only now it is known whether the setting is required.
    pub fn end(&mut self) {
        if self.required && self.in_json && !self.is_set {
            self.faults
                .insert(0, "it is required, and is not set".into());
        } else if !self.required && !self.is_set {
            return;
        }
        if let (None, Some(fault)) = (&self.refusal, self.faults.first()) {
            *self.refusal = Some(Refusal::new((self.name, ": ", &fault.text)));
        }
    }

    fn fault(&mut self, fault: Refusal) -> &mut Self {
        self.faults.push(fault);
        self
    }
}
