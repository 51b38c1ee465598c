package assay

import (
	"strconv"

	"assay/sdk/go/internal/abi"
)

// describe returns the description of the checks, as assay_describe gives it.
func describe(list []*Check) []byte {
	out := jsonWriter{}
	out.open('{')
	out.member("abi", strconv.Itoa(abi.ModuleVersion))
	out.key("checks")
	out.open('[')
	for _, c := range list {
		out.next()
		out.check(c)
	}
	out.shut(']')
	out.shut('}')
	return out.text
}

// jsonWriter writes JSON; text ends with ',' or an opening bracket only inside a list or object.
type jsonWriter struct{ text []byte }

// next separates a member or an item from the one before.
func (w *jsonWriter) next() {
	if n := len(w.text); n > 0 && w.text[n-1] != '{' && w.text[n-1] != '[' && w.text[n-1] != ':' {
		w.text = append(w.text, ',')
	}
}

func (w *jsonWriter) open(bracket byte) { w.text = append(w.text, bracket) }
func (w *jsonWriter) shut(bracket byte) { w.text = append(w.text, bracket) }

func (w *jsonWriter) key(name string) {
	w.next()
	w.text = append(appendQuoted(w.text, name), ':')
}

// member writes a member whose value is JSON already.
func (w *jsonWriter) member(name, value string) {
	w.key(name)
	w.text = append(w.text, value...)
}

// stringMember writes a member that is a text.
func (w *jsonWriter) stringMember(name, value string) {
	w.key(name)
	w.text = appendQuoted(w.text, value)
}

// optional writes a member whose value is JSON, if there is any.
func (w *jsonWriter) optional(name, value string) {
	if value != "" {
		w.member(name, value)
	}
}

func (w *jsonWriter) check(c *Check) {
	w.open('{')
	w.stringMember("name", c.name)
	w.stringMember("type", c.kind)
	if len(c.settings) > 0 {
		w.key("settings")
		w.schema(c.settings)
	}
	if len(c.messages) > 0 {
		w.key("messages")
		w.open('{')
		for _, m := range c.messages {
			w.texts(m.key, m.text)
		}
		w.shut('}')
	}
	if len(c.labels) > 0 {
		w.key("labels")
		w.open('{')
		for _, l := range c.labels {
			w.key(l.key)
			w.open('{')
			if len(l.text) > 0 {
				w.texts("title", l.text)
			}
			w.shut('}')
		}
		w.shut('}')
	}
	w.shut('}')
}

// texts writes texts by language, in the order of the languages: that of a map would differ from run to run.
func (w *jsonWriter) texts(name string, texts Texts) {
	w.key(name)
	w.open('{')
	for _, language := range languages(texts) {
		w.stringMember(language, texts[language])
	}
	w.shut('}')
}

// schema writes the JSON Schema of settings.
func (w *jsonWriter) schema(list []setting) {
	w.open('{')
	w.stringMember("type", "object")
	w.member("additionalProperties", "false")
	w.required(list)
	w.key("properties")
	w.open('{')
	for i := range list {
		w.key(list[i].name)
		w.property(&list[i])
	}
	w.shut('}')
	w.shut('}')
}

func (w *jsonWriter) required(list []setting) {
	var names []string
	for i := range list {
		if list[i].required {
			names = append(names, list[i].name)
		}
	}
	if names != nil {
		w.key("required")
		w.list(names)
	}
}

func (w *jsonWriter) list(texts []string) {
	w.open('[')
	for _, text := range texts {
		w.next()
		w.text = appendQuoted(w.text, text)
	}
	w.shut(']')
}

func (w *jsonWriter) property(s *setting) {
	w.open('{')
	w.stringMember("type", [...]string{"", "string", "boolean", "integer", "number", "array"}[s.kind])
	if s.kind == textsSetting {
		w.member("items", `{"type":"string"}`)
	}
	if s.title != "" {
		w.stringMember("title", s.title)
	}
	w.optional("default", string(s.written))
	w.optional("minimum", s.minimum)
	w.optional("maximum", s.maximum)
	w.optional("minLength", s.minLength)
	w.optional("maxLength", s.maxLength)
	if s.choices != nil {
		w.key("enum")
		w.list(s.choices)
	}
	w.shut('}')
}
