import { Client, Report, Settings, Text, log, quality } from "..";

class FaultsSettings {
  readonly fault: string;
  constructor(settings: Settings) {
    this.fault = settings.text("fault")
      .oneOf(["trap", "loop", "depth", "memory", "code", "utf8", "rows", "log"]).or("trap");
  }
}

let turns: u64 = 0;
const kept: StaticArray<u8>[] = [];

quality("faults", faults);

function faults(settings: FaultsSettings, client: Client, report: Report): void {
  const fault = settings.fault;
  if (fault == "trap") throw new Error("a trap was asked for");
  else if (fault == "loop") loop();
  else if (fault == "depth") report.measure("depth", deeper(1));
  else if (fault == "memory") remember();
  else if (fault == "code") report.finding("");
  else if (fault == "utf8") report.finding("utf8").param("text", notUTF8());
  else if (fault == "rows") rows(report);
  else if (fault == "log") {
    log("x".repeat(10_000));
    report.finding("logged").path("name");
  }
}

function loop(): void {
  while (turns < u64.MAX_VALUE) turns++;
}

/** Not a tail call, which the compiler would make a loop of. */
function deeper(depth: i64): i64 {
  turns++;
  return depth < 0 ? 0 : 1 + deeper(depth + 1) % 7;
}

function remember(): void {
  while (true) kept.push(new StaticArray<u8>(1 << 20));
}

function notUTF8(): Text {
  const bytes: StaticArray<u8> = [0xff];
  return Text.of(changetype<usize>(bytes), 1);
}

function rows(report: Report): void {
  for (let i = 0; i < 1001; i++) report.finding("rows");
}
