package command

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"assay/rules"
	"assay/server/api"
)

// one is the word for an object of the kind: rule.
func one(k api.Kind) string { return strings.ToLower(string(k)) }

// many is the word for the objects of the kind, as routes have it: rules.
func many(k api.Kind) string { return path.Base(k.Path()) }

// refOf names an object as people do: rule/tax-id.
func refOf(k api.Kind, name string) string { return one(k) + "/" + name }

// someOf counts objects in words: 1 rule, 4 rules.
func someOf(k api.Kind, n int) string { return plural(int64(n), one(k), many(k)) }

// kindOf reads the kind of declared objects that somebody wrote: rule, rules or Rule.
func kindOf(word string) (api.Kind, error) {
	for _, k := range api.Kinds {
		if w := strings.ToLower(word); w == one(k) || w == many(k) {
			return k, nil
		}
	}
	return "", usagef("there is no kind %q: give %s", word, kindWords(one))
}

// kindWords lists the kinds for a message or a help: rule, field or dictionary.
func kindWords(word func(api.Kind) string) string { return enumerated(kindList(word), "or") }

func kindList(word func(api.Kind) string) []string {
	words := make([]string, len(api.Kinds))
	for i, k := range api.Kinds {
		words[i] = word(k)
	}
	return words
}

// enumerated puts words in a sentence: a, b or c.
func enumerated(words []string, conjunction string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " " + conjunction + " " + words[last]
}

// kindName reads the arguments KIND NAME of a verb about one declared object.
func kindName(verb string, args []string) (api.Kind, string, error) {
	if len(args) == 0 {
		return "", "", usagef("say which object: assay %s KIND NAME, of the kind %s", verb, kindWords(one))
	}
	kind, err := kindOf(args[0])
	switch {
	case err != nil:
		return "", "", err
	case len(args) == 1:
		return "", "", usagef("say which %s: assay %s %s NAME; `assay get %s` lists them", one(kind), verb, one(kind), many(kind))
	case len(args) > 2:
		return "", "", usagef("assay %s takes one name; it got %d", verb, len(args)-1)
	}
	return kind, args[1], nil
}

// applyOrder has the objects that others may speak of first, and all kinds.
func applyOrder() []api.Kind {
	order := []api.Kind{api.KindDictionary, api.KindField, api.KindRule}
	for _, k := range api.Kinds {
		if !slices.Contains(order, k) {
			order = append(order, k)
		}
	}
	return order
}

// deleteOrder has the objects that speak of others first.
func deleteOrder() []api.Kind {
	order := applyOrder()
	slices.Reverse(order)
	return order
}

// byKind sorts things of several kinds into an order of kinds and keeps theirs within a kind.
func byKind[T any](list []T, order []api.Kind, kind func(T) api.Kind) {
	slices.SortStableFunc(list, func(a, b T) int { return slices.Index(order, kind(a)) - slices.Index(order, kind(b)) })
}

// selected looks at the flag -l of a verb: a selector is never empty, since an empty one would be everything.
func selected(given bool, selector string) error {
	if given && strings.TrimSpace(selector) == "" {
		return usagef("-l is empty, and would select everything; give labels, such as -l set=default")
	}
	if _, err := rules.ParseSelector(selector); err != nil {
		return usagef("-l: %v", err)
	}
	return nil
}

// selectorFlag describes the flag -l.
func selectorFlag(what string) string {
	return fmt.Sprintf("%s with these labels: a=b, a!=b, a in (x,y), a notin (x,y), a, !a; with commas between them", what)
}
