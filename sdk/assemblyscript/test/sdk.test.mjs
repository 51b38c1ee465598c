import { testFile } from "../testing/runner.mjs";

testFile(import.meta.url, "sdk.test.ts");
