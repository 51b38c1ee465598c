import { Client, Report, Settings, Text, fieldTypeName, quality } from "..";
import { projectClient, strayDefaults } from "./fields_gen";
import { Lines, hex } from "./lines";

class FieldsSettings {
  readonly text: bool;
  constructor(settings: Settings) { this.text = settings.boolean("text").or(false); }
}

const MISSING = "no such key";

quality("fields", fields);

function fields(settings: FieldsSettings, client: Client, report: Report): void {
  const lines = new Lines();
  projectClient(lines, "", client);
  lookUp(lines, client);
  lines.integer("defaults", strayDefaults(client));
  const finding = report.finding("fields").path("id")
    .param("length", lines.out.length)
    .param("hash", hex(lines.hash()));
  if (settings.text) finding.param("text", lines.out.text);
}

function lookUp(lines: Lines, client: Client): void {
  const fields = client.fields;
  for (let i = 0; i < fields.length; i++) fieldLine(lines, fields[i].key, client);
  lines.text(`field(${MISSING})`, typeOf(client, MISSING));
  const properties = client.properties;
  for (let i = 0; i < properties.length; i++) propertyLine(lines, properties[i].key, client);
  const property = client.property(MISSING);
  lines.text(`property(${MISSING})`, property ? property.value.toString() : "none");
}

function fieldLine(lines: Lines, key: Text, client: Client): void {
  lines.out.add("field(").add(key).add(")=").add(typeOf(client, key)).add("\n");
}

function typeOf<K>(client: Client, key: K): string {
  const field = client.field(key);
  return field ? fieldTypeName(field.type) : "none";
}

function propertyLine(lines: Lines, key: Text, client: Client): void {
  const property = client.property(key);
  lines.out.add("property(").add(key).add(")=");
  if (property) lines.out.add(property.value);
  else lines.out.add("none");
  lines.out.add("\n");
}
