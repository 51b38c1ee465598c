/** What a module exports to the host, ABI.md "Exports". It is an entry file of every rule project beside the rule itself. */
import { ACCEPTED, REFUSED, VERSION } from "./abi_gen";
import { allocateForHost } from "./allocator";
import { giveBack } from "./arena";
import { Bytes } from "./bytes";
import { Judge, checks } from "./check";
import { Members } from "./members";
import { cardFault, openCard } from "./open";
import { Report } from "./report";
import { Settings } from "./settings";
import { Text } from "./text";

/** The configured checks; a handle is an index. */
const judges: Judge[] = [];
const report = new Report();
const answer = new Bytes();

export function assay_abi(): i32 { return VERSION; }

export function assay_alloc(size: i32): usize { return allocateForHost(size); }

export function assay_describe(): u64 {
  answer.clear();
  answer.add('{"abi":').add(VERSION).add(',"checks":[');
  for (let i = 0; i < checks.length; i++) {
    if (i > 0) answer.add(",");
    checks[i].describe(answer);
  }
  return packed(answer.add("]}").text);
}

export function assay_configure(check: i32, address: usize, length: i32): u64 {
  const settings = new Settings(new Members(Text.of(address, length), false));
  const judge = checks[check].configure(settings);
  answer.clear();
  answer.u32(judge ? ACCEPTED : REFUSED);
  answer.u32(judge ? judges.push(judge) - 1 : 0);
  return packed(answer.add(settings.refusal).text);
}

export function assay_evaluate(handle: i32, address: usize, length: u32): u64 {
  giveBack();
  report.clear();
  const fault = cardFault(address, length);
  if (fault.length > 0) report.error("card: " + fault);
  else judges[handle].judge(openCard(address, length), report);
  return packed(report.packed);
}

function packed(text: Text): u64 { return <u64>text.address << 32 | <u64>text.length; }
