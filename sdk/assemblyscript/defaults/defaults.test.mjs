import { testFile } from "../testing/runner.mjs";

testFile(import.meta.url, "defaults.test.ts");
