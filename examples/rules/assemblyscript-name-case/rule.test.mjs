import { testFile } from "../../../sdk/assemblyscript/testing/runner.mjs";

testFile(import.meta.url, "rule.test.ts");
