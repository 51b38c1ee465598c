package cel_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	celgo "cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/parser"

	"assay/rules/cel"
	"assay/sdk/abi"
	"assay/server/crm"
)

// oracle is cel-go's interpreter over clients as Go values: the second opinion on what an
// expression means. It reads crm.Client by reflection and knows nothing of cards.
type oracle struct {
	env    *celgo.Env
	fields map[string]string // declared custom fields with their types
}

// object is a client, row or part of a client for the oracle.
type object struct {
	class  string
	values map[string]ref.Val
	set    map[string]bool // what has() says
}

func (o *object) ConvertToNative(reflect.Type) (any, error) { return o, nil }
func (o *object) ConvertToType(ref.Type) ref.Val            { return types.NewErr("no conversion") }
func (o *object) Equal(other ref.Val) ref.Val               { return types.Bool(o == other) }
func (o *object) Type() ref.Type                            { return types.NewObjectType(o.class) }
func (o *object) Value() any                                { return o }

// objectTypes lists the members of each class with their types.
type objectTypes map[string]map[string]*types.Type

func (p objectTypes) FindStructType(name string) (*types.Type, bool) {
	_, ok := p[name]
	return types.NewTypeTypeWithParam(types.NewObjectType(name)), ok
}

func (p objectTypes) FindStructFieldNames(name string) ([]string, bool) { return nil, p[name] != nil }

func (p objectTypes) FindStructFieldType(class, field string) (*types.FieldType, bool) {
	t, ok := p[class][field]
	if !ok {
		return nil, false
	}
	return &types.FieldType{
		Type:    t,
		IsSet:   func(target any) bool { return target.(*object).set[field] },
		GetFrom: func(target any) (any, error) { return target.(*object).values[field], nil },
	}, true
}

// standard holds the types that are not of clients.
type standard struct{ *types.Registry }

// oracleTypes are all types: objectTypes where they know a name.
type oracleTypes struct {
	standard
	objectTypes
}

// newOracle returns the oracle for a language with the given custom fields.
func newOracle(t testing.TB, fields ...cel.Field) *oracle {
	t.Helper()
	classes := objectTypes{"Client": {}, "Fields": {}}
	for row, slots := range abi.Rows {
		classes.add(row, slots)
	}
	classes.add("Client", abi.ClientSchema)
	classes["Client"]["properties"] = types.NewMapType(types.StringType, types.StringType)
	classes["Client"]["fields"] = types.NewObjectType("Fields")
	o := &oracle{fields: map[string]string{}}
	for _, f := range fields {
		o.fields[f.Name] = f.Type
		classes["Fields"][f.Name] = map[string]*types.Type{"string": types.StringType, "number": types.DoubleType,
			"integer": types.IntType, "bool": types.BoolType, "date": types.TimestampType, "time": types.TimestampType}[f.Type]
	}
	registry, err := types.NewRegistry()
	if err != nil {
		t.Fatal(err)
	}
	o.env, err = celgo.NewEnv(append([]celgo.EnvOption{celgo.CustomTypeProvider(oracleTypes{standard{registry}, classes}),
		celgo.CrossTypeNumericComparisons(true), celgo.EnableIdentifierEscapeSyntax(), celgo.Macros(parser.ExistsOneMacroNew), celgo.Lib(cel.Language),
		celgo.Variable("client", types.NewObjectType("Client")), celgo.Variable("now", types.TimestampType)}, ownInterpreted()...)...)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func (p objectTypes) add(class string, slots []abi.Slot) {
	for _, s := range slots {
		into := class
		if s.In != "" {
			into = s.In
			p[class][into] = types.NewObjectType(into)
		}
		if p[into] == nil {
			p[into] = map[string]*types.Type{}
		}
		p[into][s.Name] = slotType(s)
	}
}

func slotType(s abi.Slot) *types.Type {
	switch s.Kind {
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
		return types.NewListType(types.NewObjectType(s.Of))
	}
	return types.StringType
}

// program returns the oracle's program for an expression.
func (o *oracle) program(t tester, expr string) celgo.Program {
	t.Helper()
	ast, issues := o.env.Compile(expr)
	if issues.Err() != nil {
		t.Fatalf("the oracle refuses %s: %v", expr, issues.Err())
	}
	program, err := o.env.Program(ast)
	if err != nil {
		t.Fatalf("the oracle refuses %s: %v", expr, err)
	}
	return program
}

// activation is what the oracle sees of a client.
func (o *oracle) activation(c *crm.Client) map[string]any {
	return map[string]any{"client": o.client(c), "now": types.Timestamp{Time: evaluationTime}}
}

func (o *oracle) client(c *crm.Client) *object {
	client := record("Client", reflect.ValueOf(*c))
	client.put("properties", types.NewStringStringMap(types.DefaultTypeAdapter, c.Properties), len(c.Properties) > 0)
	fields := &object{class: "Fields", values: map[string]ref.Val{}, set: map[string]bool{}}
	for name, declared := range o.fields {
		v := c.Fields[name]
		present := string(v.Type) == declared
		if !present {
			v = crm.Value{}
		}
		switch declared {
		case "string":
			fields.put(name, types.String(v.Text), v.Text != "")
		case "number":
			fields.put(name, types.Double(v.Number), v.Number != 0)
		case "integer":
			fields.put(name, types.Int(v.Integer), v.Integer != 0)
		case "bool":
			fields.put(name, types.Bool(v.Integer == 1), v.Integer == 1)
		case "date", "time":
			fields.put(name, stamp(v.Integer), present)
		}
	}
	client.put("fields", fields, true)
	return client
}

func (o *object) put(name string, v ref.Val, set bool) { o.values[name], o.set[name] = v, set }

func stamp(ms int64) ref.Val { return types.Timestamp{Time: time.UnixMilli(ms).UTC()} }

// record reads a struct by its JSON names.
func record(class string, v reflect.Value) *object {
	o := &object{class: class, values: map[string]ref.Val{}, set: map[string]bool{}}
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		value, set := valueOf(v.Field(i).Interface())
		if value != nil {
			o.put(name, value, set)
		}
	}
	return o
}

// valueOf returns a value and what has() says of it; nil for what client adds by itself.
func valueOf(x any) (ref.Val, bool) {
	switch x := x.(type) {
	case string:
		return types.String(x), x != ""
	case int64:
		return types.Int(x), x != 0
	case bool:
		return types.Bool(x), x
	case crm.Time:
		return stamp(x.UnixMilli()), !x.IsZero()
	case crm.Date:
		return stamp(x.UnixMilli()), !x.IsZero()
	case crm.Money:
		return types.Double(float64(x) / 100), x != 0
	case []string:
		return types.NewStringList(types.DefaultTypeAdapter, x), len(x) > 0
	case crm.Activity:
		return record("activity", reflect.ValueOf(x)), true
	case map[string]string, map[string]crm.Value:
		return nil, false
	}
	list := reflect.ValueOf(x)
	if list.Kind() != reflect.Slice {
		panic(fmt.Sprintf("the oracle cannot read a %T", x))
	}
	rows := make([]ref.Val, list.Len())
	for i := range rows {
		rows[i] = record(list.Type().Elem().Name(), list.Index(i))
	}
	return types.NewRefValList(types.DefaultTypeAdapter, rows), len(rows) > 0
}
