package intake

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"assay/server/crm"
	"assay/server/engine"
)

// vocabularies refuses values outside the declared dictionaries. A vocabulary
// without a dictionary is open, and a value that the client had before is not
// refused: only a write of it would be.
func (z *canonicalizer) vocabularies(c *crm.Client) (problems []crm.Problem) {
	if len(z.set.Dictionaries) == 0 {
		return nil
	}
	had := sync.OnceValue(func() map[term]bool { return termsOf(z.before) })
	eachTerm(c, func(vocabulary, field, value string) {
		dictionary, closed := z.set.Dictionaries[vocabulary]
		if !closed || value == "" || dictionary.Values[value] || had()[term{vocabulary, value}] {
			return
		}
		problems = append(problems, notInDictionary(field, value, dictionary))
	})
	slices.SortFunc(problems, byField)
	return problems
}

type term struct{ vocabulary, value string }

func termsOf(c *crm.Client) map[term]bool {
	terms := map[term]bool{}
	eachTerm(c, func(vocabulary, _, value string) { terms[term{vocabulary, value}] = true })
	return terms
}

// eachTerm visits every value of c that a dictionary can be declared for.
func eachTerm(c *crm.Client, visit func(vocabulary, field, value string)) {
	for _, scalar := range [][2]string{
		{"legalForm", c.LegalForm}, {"country", c.Country}, {"region", c.Region}, {"companySize", c.CompanySize},
		{"dealPotential", c.DealPotential}, {"solvency", c.Solvency}, {"source", c.Source}, {"stage", c.Stage},
		{"importance", c.Importance}, {"status", c.Status},
	} {
		visit(scalar[0], scalar[0], scalar[1])
	}
	list := func(name string, values []string) {
		for i, value := range values {
			visit(name, fmt.Sprintf("%s[%d]", name, i), value)
		}
	}
	list("industries", c.Industries)
	list("categories", c.Categories)
	list("tags", c.Tags)
	labels := func(path string, channels []crm.Channel) {
		for i, channel := range channels {
			visit("channels[].label", fmt.Sprintf("%schannels[%d].label", path, i), channel.Label)
		}
	}
	labels("", c.Channels)
	for i, contact := range c.Contacts {
		path := fmt.Sprintf("contacts[%d].", i)
		labels(path, contact.Channels)
		visit("contacts[].decisionRole", path+"decisionRole", contact.DecisionRole)
	}
	for i, address := range c.Addresses {
		visit("addresses[].type", fmt.Sprintf("addresses[%d].type", i), address.Type)
	}
	for key, value := range c.Properties {
		visit("properties."+key, "properties."+key, value)
	}
	for key, value := range c.Fields {
		if value.Type == crm.FieldString {
			visit("fields."+key, "fields."+key, value.Text)
		}
	}
}

func byField(a, b crm.Problem) int { return strings.Compare(a.Field, b.Field) }

// notInDictionary shows the first values of the dictionary.
func notInDictionary(field, value string, dictionary engine.Dictionary) crm.Problem {
	const most = 10
	list := slices.Sorted(maps.Keys(dictionary.Values))
	shown := strings.Join(list[:min(len(list), most)], ", ")
	if len(list) > most {
		return problemOf(field, "not_in_dictionary", "many", "value", clip(value), "dictionary", dictionary.Name, "values", shown, "more", strconv.Itoa(len(list)-most))
	}
	return problemOf(field, "not_in_dictionary", "", "value", clip(value), "dictionary", dictionary.Name, "values", shown)
}

// completeness is how much of a card is filled, 0 to 100: the share of the
// things a manager needs to work with a client, each of one weight. A private
// person needs no tax id and no contacts of its own.
func completeness(c *crm.Client) int64 {
	has := append(make([]bool, 0, 12),
		c.Name != "", c.Manager != "", len(c.Channels) > 0, c.Region != "" || c.Country != "",
		len(c.Addresses) > 0, c.Source != "", c.Stage != "" || c.Status != "")
	if c.Kind != "person" {
		has = append(has, c.TaxID != "", len(c.Industries) > 0, len(c.Requisites) > 0)
	}
	if c.Kind == "company" {
		has = append(has, len(c.Contacts) > 0, c.CompanySize != "")
	}
	filled := 0
	for _, h := range has {
		if h {
			filled++
		}
	}
	return int64(filled * 100 / len(has))
}
