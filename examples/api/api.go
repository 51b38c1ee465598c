package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"strings"
)

// server is an Assay server and who asks it. It may be used by several goroutines at once.
type server struct{ url, token string }

// problem is an answer that says no (RFC 9457). Programs decide on Code, people read the rest.
type problem struct {
	Status int
	Code   string // the first step of the walk shows some; /docs lists all
	Title  string
	Detail string
	Errors []struct{ Field, Code, Message string } // everything that is wrong, not only the first
}

func (p *problem) Error() string {
	text := fmt.Sprintf("%d %s: %s", p.Status, p.Code, p.Title)
	if p.Detail != "" {
		text += ": " + p.Detail
	}
	for _, e := range p.Errors {
		text += fmt.Sprintf("; %s: %s", e.Field, e.Message)
	}
	return text
}

// request is what is asked.
type request struct {
	method, path string
	query        url.Values
	header       map[string]string
	body         any // sent as JSON; an io.Reader as it is
}

// send returns the answer, whose body the caller closes. An answer that says no is a *problem.
func (s server) send(ctx context.Context, r request) (*http.Response, error) {
	var body io.Reader
	switch b := r.body.(type) {
	case nil:
	case io.Reader:
		body = b
	default:
		text, err := json.Marshal(b)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(text)
	}
	rq, err := http.NewRequestWithContext(ctx, r.method, s.url+r.path+"?"+r.query.Encode(), body)
	if err != nil {
		return nil, err
	}
	rq.Header.Set("Authorization", "Bearer "+s.token)
	for name, value := range r.header {
		rq.Header.Set(name, value)
	}
	answer, err := http.DefaultClient.Do(rq)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode < 300 {
		return answer, nil
	}
	defer answer.Body.Close()
	p := &problem{Status: answer.StatusCode}
	if err := json.NewDecoder(answer.Body).Decode(p); err != nil { // of something between here and the server
		p.Title = answer.Status
	}
	return nil, p
}

// ask decodes the answer into what into points to, unless that is nil.
func (s server) ask(ctx context.Context, r request, into any) error {
	answer, err := s.send(ctx, r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if into == nil {
		return nil
	}
	return json.NewDecoder(answer.Body).Decode(into)
}

// pages yields the items of a list, page after page, as they are on the wire. The query stays as it is.
func (s server) pages(ctx context.Context, path string, query url.Values) iter.Seq2[json.RawMessage, error] {
	return func(yield func(json.RawMessage, error) bool) {
		query := maps.Clone(query)
		if query == nil {
			query = url.Values{}
		}
		for {
			var page struct {
				Items []json.RawMessage
				Next  string // where the following page begins; absent on the last
			}
			if err := s.ask(ctx, request{method: "GET", path: path, query: query}, &page); err != nil {
				yield(nil, err)
				return
			}
			for _, item := range page.Items {
				if !yield(item, nil) {
					return
				}
			}
			if page.Next == "" {
				return
			}
			query.Set("after", page.Next)
		}
	}
}

// stream yields the messages of an event stream as they come, until the context ends or the connection does, with the
// error that ended it, unless the server did. The stream goes on from the id of the last message in Last-Event-ID; a
// program that must miss nothing keeps that.
func (s server) stream(ctx context.Context, path string, query url.Values) (iter.Seq2[json.RawMessage, error], error) {
	answer, err := s.send(ctx, request{method: "GET", path: path, query: query, header: map[string]string{"Accept": "text/event-stream"}})
	if err != nil {
		return nil, err
	}
	return func(yield func(json.RawMessage, error) bool) {
		defer answer.Body.Close()
		lines := bufio.NewScanner(answer.Body)
		lines.Buffer(nil, 16<<20)
		for lines.Scan() {
			if text, ok := strings.CutPrefix(lines.Text(), "data: "); ok && !yield(json.RawMessage(text), nil) {
				return
			}
		}
		if err := lines.Err(); err != nil {
			yield(nil, err)
		}
	}, nil
}
