package intake

import (
	"reflect"
	"strings"

	"assay/server/crm"
)

// ownFields are kept out of a comparison: they follow from a write.
var ownFields = map[string]bool{"id": true, "revision": true, "createdAt": true, "updatedAt": true}

// changedFields returns the wire names of the fields in which two clients differ.
func changedFields(a, b *crm.Client) (names []string) {
	va, vb := reflect.ValueOf(a).Elem(), reflect.ValueOf(b).Elem()
	for i, name := range wireNames {
		if !ownFields[name] && !sameValue(va.Field(i), vb.Field(i)) {
			names = append(names, name)
		}
	}
	return names
}

var wireNames = func() (names []string) {
	t := reflect.TypeFor[crm.Client]()
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		names = append(names, name)
	}
	return names
}()

// sameValue takes an absent list or map for an empty one.
func sameValue(a, b reflect.Value) bool {
	if k := a.Kind(); (k == reflect.Slice || k == reflect.Map) && a.Len() == 0 && b.Len() == 0 {
		return true
	}
	return sameDeep(a, b)
}

func sameDeep(a, b reflect.Value) bool {
	switch a.Kind() {
	case reflect.String:
		return a.String() == b.String()
	case reflect.Slice:
		if a.Len() != b.Len() {
			return false
		}
		for i := range a.Len() {
			if !sameValue(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	case reflect.Struct:
		for i := range a.NumField() {
			if !sameValue(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	case reflect.Map:
		return reflect.DeepEqual(a.Interface(), b.Interface())
	}
	return a.Equal(b)
}
