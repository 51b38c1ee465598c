import { FieldType } from "../card_gen";
import { FieldBuilder, field } from "./builder_gen";

// Custom fields by their type: client().fields([textField("gln", "4607001234567")]).

export function textField(key: string, value: string): FieldBuilder {
  return field(key).type(FieldType.String).text(value);
}

export function numberField(key: string, value: f64): FieldBuilder {
  return field(key).type(FieldType.Number).number(value);
}

export function integerField(key: string, value: i64): FieldBuilder {
  return field(key).type(FieldType.Integer).integer(value);
}

export function boolField(key: string, value: bool): FieldBuilder {
  return field(key).type(FieldType.Bool).integer(value ? 1 : 0);
}

/** Unix milliseconds of the day's midnight in UTC. */
export function dateField(key: string, value: i64): FieldBuilder {
  return field(key).type(FieldType.Date).integer(value);
}

/** Unix milliseconds. */
export function timeField(key: string, value: i64): FieldBuilder {
  return field(key).type(FieldType.Time).integer(value);
}
