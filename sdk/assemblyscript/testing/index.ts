/** What the tests of a rule are written with; README.md shows how. */
export * from "./builder_gen";
export { boolField, dateField, integerField, numberField, textField, timeField } from "./fields";
export { fail, host } from "./host";
export { equal, ok, test } from "./suite";
export { NEW_YEAR, Result, Verdict, run } from "./verdict";
