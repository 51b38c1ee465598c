import { Declaration, Entry } from "../check";
import { fail } from "./host";
import { placeholders } from "./placeholders";
import { Verdict } from "./verdict";

/** Ends the test when the host would refuse a verdict for what the check declares, or people could not read it. */
export function hold(check: Declaration, verdict: Verdict): void {
  const labelled = verdict.labelled;
  if (check.type == "Quality" && labelled) fail("a host refuses the results: a Quality check gave a label");
  if (check.type == "Segmentation" && verdict.findings.length > 0) fail("a host refuses the results: a Segmentation check gave a finding");
  if (labelled && check.titles.length > 0 && !isOwner(check.titles, labelled.label)) {
    fail(`a host refuses the results: the label "${labelled.label}" is not among those of the check: ${owners(check.titles).join(", ")}`);
  }
  // What a check without messages finds has that of the manifest, and of a client that could not be judged nothing else is taken.
  if (check.messages.length > 0 && verdict.error.length == 0) read(check.messages, verdict);
}

function read(messages: Entry[], verdict: Verdict): void {
  for (let i = 0; i < verdict.findings.length; i++) {
    const finding = verdict.findings[i];
    if (!isOwner(messages, finding.code)) {
      fail(`people cannot read the finding "${finding.code}": the check has messages for ${owners(messages).join(", ")} only`);
    }
    for (let j = 0; j < messages.length; j++) {
      if (messages[j].owner != finding.code) continue;
      const keys = placeholders(messages[j].text);
      for (let k = 0; k < keys.length; k++) {
        if (!finding.has(keys[k])) {
          fail(`people cannot read the finding "${finding.code}": its message in ${messages[j].language} asks for {{ ${keys[k]} }}, a parameter that it lacks`);
        }
      }
    }
  }
}

function isOwner(entries: Entry[], name: string): bool { return owners(entries).includes(name); }

/** The codes or labels of entries, each once, in their order. */
function owners(entries: Entry[]): string[] {
  const names: string[] = [];
  for (let i = 0; i < entries.length; i++) {
    if (!names.includes(entries[i].owner)) names.push(entries[i].owner);
  }
  return names;
}
