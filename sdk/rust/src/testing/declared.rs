//! Holds what a check gives against what its module declares, as the server and `assay rule test` do.

use std::format;
use std::string::String;
use std::sync::Mutex;
use std::vec::Vec;

use super::placeholders::placeholders;
use super::results::{Finding, Verdict};
use crate::module::{About, Module, Texts};

/// The modules of this program.
static MODULES: Mutex<Vec<&'static Module>> = Mutex::new(Vec::new());

/// Adds a module.
pub fn declare(module: &'static Module) {
    MODULES.lock().expect("no test holds it").push(module);
}

/// What the checks declare that are judged by the function at an address: more than one when several have it.
pub(super) fn declared(judges: usize) -> Vec<About> {
    let modules = MODULES.lock().expect("no test holds it");
    modules
        .iter()
        .flat_map(|module| module.checks)
        .filter(|check| check.judges() == judges)
        .map(|check| check.about())
        .collect()
}

/// Says why one of these declarations does not fit, unless another does or there is none.
pub(super) fn hold(abouts: &[About], verdict: &Verdict) -> Result<(), String> {
    let mut held = Ok(());
    for about in abouts {
        held = match about {
            About::Quality(messages) => quality(messages, verdict),
            About::Segmentation(labels) => segmentation(labels, verdict),
        };
        if held.is_ok() {
            break;
        }
    }
    held
}

fn quality(messages: &[(&str, Texts)], verdict: &Verdict) -> Result<(), String> {
    if verdict.label.is_some() {
        return refused("a Quality check gave a label");
    }
    let read: Vec<_> = messages.iter().filter(|of| !of.1.is_empty()).collect();
    if read.is_empty() || verdict.error.is_some() {
        return Ok(()); // the manifest may have a message for all; of an error nothing else is taken
    }
    for finding in &verdict.findings {
        match read.iter().find(|of| of.0 == finding.code) {
            Some((_, texts)) => legible(finding, texts)?,
            None => {
                let codes: Vec<_> = read.iter().map(|of| of.0).collect();
                return Err(format!(
                    "people cannot read the finding {:?}: the check has messages for {} only",
                    finding.code,
                    codes.join(", ")
                ));
            }
        }
    }
    Ok(())
}

fn legible(finding: &Finding, texts: Texts) -> Result<(), String> {
    for (language, text) in texts {
        let keys = placeholders(text);
        if let Some(key) = keys.iter().find(|key| finding.param(key).is_none()) {
            return Err(format!(
                "people cannot read the finding {:?}: its message in {} asks for {{{{ {} }}}}, a parameter that it lacks",
                finding.code, language, key
            ));
        }
    }
    Ok(())
}

fn segmentation(labels: &[(&str, Texts, Texts)], verdict: &Verdict) -> Result<(), String> {
    if !verdict.findings.is_empty() {
        return refused("a Segmentation check gave a finding");
    }
    let names: Vec<_> = labels.iter().map(|label| label.0).collect();
    match &verdict.label {
        Some(label) if !names.is_empty() && !names.contains(&&*label.name) => refused(&format!(
            "the label {:?} is not among those of the check: {}",
            label.name,
            names.join(", ")
        )),
        _ => Ok(()),
    }
}

fn refused(why: &str) -> Result<(), String> {
    Err(format!("the server would refuse the report: {}", why))
}
