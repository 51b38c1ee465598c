package main

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"

	"assay/server/crm"
)

// document is a client as somebody would keep it in a database: what is empty is left out. It has about 700 bytes.
func document(card []byte) ([]byte, error) {
	text, err := clientJSON(card)
	if err != nil {
		return nil, err
	}
	var client map[string]any
	if err := json.Unmarshal(text, &client); err != nil {
		return nil, err
	}
	return json.Marshal(filled(client))
}

// filled returns a value without its empty members, nil when nothing is left.
func filled(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key, member := range v {
			if member = filled(member); member == nil {
				delete(v, key)
			} else {
				v[key] = member
			}
		}
		if len(v) == 0 {
			return nil
		}
	case []any:
		for i := range v {
			if v[i] = filled(v[i]); v[i] == nil {
				v[i] = map[string]any{} // its place counts
			}
		}
		if len(v) == 0 {
			return nil
		}
	case string:
		if v == "" {
			return nil
		}
	case float64:
		if v == 0 {
			return nil
		}
	case bool:
		if !v {
			return nil
		}
	case nil:
		return nil
	}
	return v
}

// documents returns the documents of the whole base, made the first time.
func (b *base) documents() ([][]byte, error) {
	if b.made != nil {
		return b.made, nil
	}
	made := make([][]byte, len(b.cards))
	_, err := shared(runtime.GOMAXPROCS(0), len(b.cards), func(from, to int) (none counts, err error) {
		for at := from; at < to && err == nil; at++ {
			made[at], err = document(b.cards[at])
		}
		return none, err
	})
	if err != nil {
		return nil, err
	}
	b.made = made
	return made, nil
}

// documentFile returns the file with the documents, one a line, and writes it the first time.
func (b *base) documentFile() (path string, err error) {
	path = filepath.Join(b.dir, "clients.ndjson")
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	documents, err := b.documents()
	if err != nil {
		return "", err
	}
	file, err := os.Create(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	out := bufio.NewWriterSize(file, 1<<20)
	for _, text := range documents {
		out.Write(text)
		out.WriteByte('\n')
	}
	return path, out.Flush()
}

// flat is what the checks look at, in columns: texts that are empty are.
type flat struct {
	id       int64
	kind     string
	manager  string
	taxID    string
	channels []string // values, those of contacts too
	titles   []string // of contacts
}

func flatten(card []byte) (flat, error) {
	c, err := crm.DecodeCard(card)
	if err != nil {
		return flat{}, err
	}
	f := flat{id: c.ID, kind: string(c.Kind), manager: c.Manager, taxID: c.TaxID, channels: []string{}, titles: []string{}}
	add := func(channels []crm.Channel) {
		for i := range channels {
			f.channels = append(f.channels, channels[i].Value)
		}
	}
	add(c.Channels)
	for i := range c.Contacts {
		f.titles = append(f.titles, c.Contacts[i].JobTitle)
		add(c.Contacts[i].Channels)
	}
	return f, nil
}
