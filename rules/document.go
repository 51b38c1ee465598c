package rules

// Checked is what [DecodeDocument] fills: it knows what is wrong with itself.
type Checked interface {
	// Validate lists what is wrong; its problems have a path and no line.
	Validate() []Problem
}

// DecodeDocument reads a text of one document, YAML or JSON, that is no manifest but is read as strictly:
// keys that *into does not have, keys that stand twice and values of another type are problems, and so is
// what Validate finds. *into is a struct of strings, booleans, int64, lists, maps and structs of these, with
// its keys in json tags. The error is a [*ParseError] with every problem.
func DecodeDocument(data []byte, into Checked) error {
	found := &problems{}
	docs := found.read(data, maxManifestBytes)
	for i, doc := range docs {
		found.begin(doc)
		if i > 0 {
			found.at(doc.root, "", "a second document begins here, and one is expected; remove it")
			continue
		}
		found.decode(doc.root, into, "")
		found.check(into.Validate())
	}
	if len(docs) == 0 {
		found.addEmpty("there is nothing in it")
	}
	return found.err()
}
