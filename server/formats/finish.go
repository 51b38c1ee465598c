package formats

// finish settles what only the whole row tells.
func (t *table) finish() {
	d := &t.draft
	for index, parts := range d.names {
		t.joinName(index, parts)
	}
	if t.header.promoted != onClient {
		t.promote(t.header.promoted)
	}
	t.birthdayWithoutContact()
	for key, m := range t.header.implied {
		if key.index < len(d.rows[key.list]) {
			if r := &d.rows[key.list][key.index]; !r.empty() && r.get(m.name) == "" {
				r.set(m)
			}
		}
	}
}

func (t *table) joinName(index int, parts *nameParts) {
	name := parts.join()
	if index != onClient {
		if row := t.draft.row(contacts, index); name != "" {
			row.set(member{name: "name", text: name})
		}
		return
	}
	if name == "" {
		t.draft.cleared = append(t.draft.cleared, "name")
		return
	}
	t.set("name", name)
	if !t.header.hasKind {
		t.set("kind", "person")
	}
}

// promote makes the client of a row without a company the person it names: an
// address book holds both.
func (t *table) promote(index int) {
	d := &t.draft
	if d.client.get("name") != "" || index >= len(d.rows[contacts]) {
		return
	}
	row := &d.rows[contacts][index]
	name, ok := row.remove("name")
	if !ok {
		return
	}
	d.client.set(name)
	d.cleared = remove(d.cleared, "name")
	if !t.header.hasKind {
		t.set("kind", "person")
	}
	for _, m := range row.members {
		switch m.name {
		case "birthday":
			d.client.set(m)
		default: // a person as a client has no column for a post
			d.properties = member{name: m.name, text: m.text}.append(d.properties)
		}
	}
	d.channels.list = append(d.channels.list, row.channels...)
	row.members, row.channels = row.members[:0], row.channels[:0]
}

// birthdayWithoutContact gives a date of birth to the client when the contact
// it was taken for is not there.
func (t *table) birthdayWithoutContact() {
	d := &t.draft
	if !t.header.sharedBirthday || len(d.rows[contacts]) == 0 {
		return
	}
	row := &d.rows[contacts][0]
	if row.get("name") != "" {
		return
	}
	if m, ok := row.remove("birthday"); ok {
		d.client.set(m)
	}
}

func remove(list []string, s string) []string {
	out := list[:0]
	for _, v := range list {
		if v != s {
			out = append(out, v)
		}
	}
	return out
}
