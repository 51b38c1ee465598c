package cel

import (
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// provider gives cel-go's type checker the object types of a schema.
type provider struct {
	*types.Registry
	schema schema
}

// FindStructType finds an object type.
func (p provider) FindStructType(name string) (*types.Type, bool) {
	if _, ok := p.schema[name]; !ok {
		return p.Registry.FindStructType(name)
	}
	return types.NewTypeTypeWithParam(types.NewObjectType(name)), true
}

// FindStructFieldNames lists the members of an object type.
func (p provider) FindStructFieldNames(name string) ([]string, bool) {
	if _, ok := p.schema[name]; !ok {
		return p.Registry.FindStructFieldNames(name)
	}
	return p.schema.names(name), true
}

// FindStructFieldType finds a member of an object type.
func (p provider) FindStructFieldType(name, field string) (*types.FieldType, bool) {
	if _, ok := p.schema[name]; !ok {
		return p.Registry.FindStructFieldType(name, field)
	}
	m, ok := p.schema[name][field]
	if !ok {
		return nil, false
	}
	return &types.FieldType{Type: m.celType}, true
}

// NewValue refuses: rules read clients, they do not make them.
func (p provider) NewValue(name string, _ map[string]ref.Val) ref.Val {
	return types.NewErr("%s cannot be made in an expression", name)
}
