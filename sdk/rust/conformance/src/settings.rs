use assay::{Client, Refusal, Report, TextBuf};

use crate::project::Hex;

assay::choice! {
    pub enum Choice { A = "a", B = "b" }
}

assay::settings! {
    pub struct Settings {
        /// Name
        pub name: &'static str => { required, min_length: 1, max_length: 20 },
        /// Ratio
        pub ratio: f64 = 1.5 => { minimum: 0, maximum: 1000 },
        /// Days
        pub days: i64 = 3 => { minimum: -10, maximum: 10 },
        /// Strict
        pub strict: bool = true,
        /// Choice
        pub choice: Choice = Choice::B,
        /// List
        pub list: &'static [&'static str] = &[],
        /// Large
        pub large: i64 = 0,
    }

    fn validate(&self) -> Result<(), Refusal> {
        if self.name == "refuse" {
            return Err("name must not be refuse".into());
        }
        Ok(())
    }
}

/// Says what its settings are.
pub fn settings(settings: &Settings, _: &Client, report: &mut Report) {
    let mut list = TextBuf::new();
    for (i, text) in settings.list.iter().enumerate() {
        list.push((if i > 0 { "," } else { "" }, *text));
    }
    let finding = &mut report.finding("settings");
    finding
        .path("name")
        .param("name", settings.name)
        .param("ratio", Hex(settings.ratio.to_bits()));
    finding
        .param("days", settings.days)
        .param("strict", settings.strict);
    finding
        .param("choice", settings.choice.as_str())
        .param("list", &list)
        .param("large", settings.large);
}
