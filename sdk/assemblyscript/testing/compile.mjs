// Finds asc, the compiler of AssemblyScript, and runs it.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Runs asc in a folder; its complaints are the error. */
export function compile(folder, options) {
  const asc = findCompiler(folder) ?? findCompiler(dirname(fileURLToPath(import.meta.url)));
  const [command, ...first] = asc ? [process.execPath, asc] : ["asc"];
  const run = spawnSync(command, [...first, ...options, "--noColors"], { cwd: folder, encoding: "utf8" });
  if (run.error?.code === "ENOENT") {
    throw new Error("asc, the compiler of AssemblyScript, is in no node_modules from here up and not on PATH: run npm ci");
  }
  if (run.error) throw run.error;
  if (run.status !== 0) throw new Error(`asc ${options.join(" ")}\n${run.stdout}${run.stderr}`);
}

/** The compiler in the node_modules of the folder or of one above it. */
function findCompiler(folder) {
  for (;;) {
    const asc = join(folder, "node_modules", "assemblyscript", "bin", "asc.js");
    if (existsSync(asc)) return asc;
    if (dirname(folder) === folder) return undefined;
    folder = dirname(folder);
  }
}
