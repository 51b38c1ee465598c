/** What a rule is written with; README.md shows how. */
export * from "./card_gen";
export { Rows, Slots, Strings } from "./slots";
export { Text } from "./text";
export { Bytes } from "./bytes";
export { NoSettings, quality, segmentation } from "./check";
export { Finding, Label, Report, Severity } from "./report";
export { Settings } from "./settings";
export { NO_ZONE } from "./abi_gen";
export { DAY, dayOf, formatDate } from "./date";
export { formatDouble, log, matches, now, parseDouble, phone, validPattern, zoneOffset } from "./host";
