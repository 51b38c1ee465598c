package assay

// Field returns the custom field of a key; without it, one that has every value absent and the type 0.
func (c Client) Field(key string) Field {
	field, _ := c.Fields().Find(key)
	return field
}

// HasField reports whether the client has a value of the custom field.
func (c Client) HasField(key string) bool {
	_, found := c.Fields().Find(key)
	return found
}

// Bool returns the value of a field of type bool, false of any other.
func (r Field) Bool() bool { return r.Type() == FieldTypeBool && r.Integer() == 1 }

// Date returns the value of a field of type date as the unix milliseconds of its UTC midnight, 0 of any other.
func (r Field) Date() int64 { return r.integerOf(FieldTypeDate) }

// Time returns the value of a field of type time in unix milliseconds UTC, 0 of any other.
func (r Field) Time() int64 { return r.integerOf(FieldTypeTime) }

func (r Field) integerOf(t FieldType) int64 {
	if r.Type() != t {
		return 0
	}
	return r.Integer()
}

// Property returns the property of a key, "" when absent. The string shares the card's memory.
func (c Client) Property(key string) string {
	property, _ := c.Properties().Find(key)
	return property.Value()
}

// HasProperty reports whether the client has the property.
func (c Client) HasProperty(key string) bool {
	_, found := c.Properties().Find(key)
	return found
}

// Contains reports whether the list has the string.
func (l Strings) Contains(s string) bool {
	for i := range l.Len() {
		if l.At(i) == s {
			return true
		}
	}
	return false
}
