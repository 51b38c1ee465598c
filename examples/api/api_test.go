package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"testing"
)

// answering is a server that answers as the function does.
func answering(t *testing.T, answer http.HandlerFunc) server {
	t.Helper()
	s := httptest.NewServer(answer)
	t.Cleanup(s.Close)
	return server{s.URL, "token"}
}

// Pages begin at the first one each time they are ranged over, and leave the caller's query alone, also where there is none.
func TestPages(t *testing.T) {
	s := answering(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("after") == "" {
			fmt.Fprint(w, `{"items": [1, 2], "next": "2"}`)
			return
		}
		fmt.Fprint(w, `{"items": [3]}`)
	})
	asked := url.Values{"limit": {"2"}}
	for _, query := range []url.Values{nil, asked} {
		pages := s.pages(t.Context(), "/list", query)
		for range 2 {
			got := ""
			for item, err := range pages {
				if err != nil {
					t.Fatal(err)
				}
				got += string(item)
			}
			if got != "123" {
				t.Errorf("got %s", got)
			}
		}
	}
	if !reflect.DeepEqual(asked, url.Values{"limit": {"2"}}) {
		t.Errorf("the query became %v", asked)
	}
}

// A stream whose connection breaks tells so; one that the server ends does not.
func TestStream(t *testing.T) {
	for broken, want := range map[bool]string{false: "1 ", true: "1 unexpected EOF "} {
		s := answering(t, func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, "id: 1\ndata: 1\n\n")
			if broken {
				w.(http.Flusher).Flush()
				panic(http.ErrAbortHandler)
			}
		})
		messages, err := s.stream(t.Context(), "/events", nil)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for text, err := range messages {
			if err != nil {
				text = []byte(err.Error())
			}
			got += string(text) + " "
		}
		if got != want {
			t.Errorf("broken %v: %q, want %q", broken, got, want)
		}
	}
}
