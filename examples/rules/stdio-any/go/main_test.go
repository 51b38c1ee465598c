package main

import (
	"strings"
	"testing"
)

func TestLinesAreAnswered(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"nothing to say", `{"settings":{},"client":{"stage":"negotiation","contacts":[]}}`, `{}`},
		{"another stage", `{"settings":{"stage":"lost"},"client":{"stage":"negotiation","contacts":[{"id":"c1"}]}}`, `{}`},
		{"found", `{"settings":{},"client":{"stage":"negotiation","contacts":[{"id":"c1","name":"Анна","channels":[{"value":""}]}]}}`,
			`{"findings":[{"code":"unreachable","path":"contacts[0].channels","rowId":"c1","params":{"name":"Анна"}}]}`},
		{"reachable", `{"settings":{},"client":{"stage":"negotiation","contacts":[{"id":"c1","channels":[{"value":"+7"}]}]}}`, `{}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out strings.Builder
			if err := run(strings.NewReader(tt.in+"\n"+tt.in+"\n"), &out); err != nil {
				t.Fatal(err)
			}
			if out.String() != tt.want+"\n"+tt.want+"\n" {
				t.Errorf("got %s, want %s twice", out.String(), tt.want)
			}
		})
	}
	if err := run(strings.NewReader("{"), &strings.Builder{}); err == nil {
		t.Error("half a line was taken")
	}
}
