package cel

import (
	"maps"
	"slices"
	"strings"

	"cel.dev/cel-go/common/types"

	"assay/sdk/abi"
)

// Names of the object types as the type checker's messages show them. They hold a space so
// that no expression can name them.
const (
	clientType = "client record"
	fieldsType = "client fields"
)

// member is a field of an object type.
type member struct {
	celType *types.Type
	slot    abi.Slot
	kind    memberKind
	custom  abi.FieldType // memberCustom
}

// memberKind says how a member is read.
type memberKind uint8

const (
	memberSlot   memberKind = iota // a slot of the record
	memberGroup                    // part of the client: its slots are the client's (activity)
	memberFields                   // the object of custom fields
	memberMap                      // a map of texts (properties)
	memberCustom                   // a custom field
)

// schema is every object type with its members.
type schema map[string]map[string]member

// newSchema returns the types of the card's schema with the declared custom fields.
func newSchema(fields []Field) schema {
	s := schema{clientType: {}, fieldsType: {}}
	for row, slots := range abi.Rows {
		s[rowType(row)] = map[string]member{}
		for _, slot := range slots {
			s[rowType(row)][slot.Name] = member{celType: celTypeOf(slot), slot: slot}
		}
	}
	for _, slot := range abi.ClientSchema {
		s.addClientSlot(slot)
	}
	for _, f := range fields {
		code, _ := abi.ParseFieldType(f.Type)
		slot := customSlots[code]
		s[fieldsType][f.Name] = member{celType: celTypeOf(slot), slot: slot, kind: memberCustom, custom: code}
	}
	return s
}

func (s schema) addClientSlot(slot abi.Slot) {
	object := clientType
	if slot.In != "" {
		object = groupType(slot.In)
		if s[object] == nil {
			s[object] = map[string]member{}
			s[clientType][slot.In] = member{celType: types.NewObjectType(object), kind: memberGroup}
		}
	}
	m := member{celType: celTypeOf(slot), slot: slot}
	switch {
	case slot.Kind == abi.KindRows && slot.Of == "Field":
		m.celType, m.kind = types.NewObjectType(fieldsType), memberFields
	case slot.Kind == abi.KindRows && slot.Of == "Property":
		m.celType, m.kind = types.NewMapType(types.StringType, types.StringType), memberMap
	}
	s[object][slot.Name] = m
}

// customSlots says which slot of a row of Field holds a value of each type, and of what kind
// the value in it is.
var customSlots = map[abi.FieldType]abi.Slot{
	abi.FieldTypeString:  {Name: "text", Index: abi.SlotFieldText, Kind: abi.KindString},
	abi.FieldTypeNumber:  {Name: "number", Index: abi.SlotFieldNumber, Kind: abi.KindFloat},
	abi.FieldTypeInteger: {Name: "integer", Index: abi.SlotFieldInteger, Kind: abi.KindInt},
	abi.FieldTypeBool:    {Name: "integer", Index: abi.SlotFieldInteger, Kind: abi.KindBool},
	abi.FieldTypeDate:    {Name: "integer", Index: abi.SlotFieldInteger, Kind: abi.KindDate},
	abi.FieldTypeTime:    {Name: "integer", Index: abi.SlotFieldInteger, Kind: abi.KindTime},
}

func rowType(row string) string     { return strings.ToLower(row) + " row" }
func groupType(group string) string { return "client " + group }

// celTypeOf is the type an expression sees.
func celTypeOf(slot abi.Slot) *types.Type {
	switch slot.Kind {
	case abi.KindInt:
		return types.IntType
	case abi.KindFloat, abi.KindMoney:
		return types.DoubleType
	case abi.KindBool:
		return types.BoolType
	case abi.KindTime, abi.KindDate:
		return types.TimestampType
	case abi.KindStrings:
		return types.NewListType(types.StringType)
	case abi.KindRows:
		return types.NewListType(types.NewObjectType(rowType(slot.Of)))
	}
	return types.StringType
}

// names returns the members of an object type in order.
func (s schema) names(object string) []string {
	return slices.Sorted(maps.Keys(s[object]))
}
