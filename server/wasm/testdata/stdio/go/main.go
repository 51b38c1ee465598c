// A rule of the stdio ABI in plain Go: a finding for a client without a tax id. What a client's name says happens. Build:
//
//	GOOS=wasip1 GOARCH=wasm go build -o rule.wasm .
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"time"
)

type line struct {
	Now      time.Time `json:"now"`
	Settings struct {
		Prefix string `json:"prefix"`
	} `json:"settings"`
	Client struct {
		Name  string `json:"name"`
		TaxID string `json:"taxId"`
	} `json:"client"`
}

type finding struct {
	Code   string            `json:"code"`
	Path   string            `json:"path"`
	Params map[string]string `json:"params"`
}

type answer struct {
	Findings []finding `json:"findings"`
}

func main() {
	in, out := bufio.NewReader(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		text, err := in.ReadBytes('\n')
		if err != nil {
			return
		}
		var l line
		if err := json.Unmarshal(text, &l); err != nil {
			fmt.Fprintln(os.Stderr, "line:", err)
			os.Exit(1)
		}
		if err := out.Encode(judge(&l)); err != nil {
			fmt.Fprintln(os.Stderr, "answer:", err)
			os.Exit(1)
		}
	}
}

func judge(l *line) (a answer) {
	switch l.Client.Name {
	case "panic":
		panic("this card is cursed")
	case "exit":
		fmt.Fprintln(os.Stderr, "enough of it")
		os.Exit(3)
	case "sleep": // keeps the scheduler, the clocks and poll_oneoff busy
		done := make(chan bool)
		go func() { time.Sleep(time.Hour); close(done) }()
		<-done
	case "loop":
		for {
		}
	}
	if l.Client.TaxID == "" {
		a.Findings = append(a.Findings, finding{Code: "tax-id", Path: "taxId", Params: map[string]string{
			"name": l.Settings.Prefix + l.Client.Name, "now": l.Now.Format(time.RFC3339Nano), "clock": time.Now().UTC().Format(time.RFC3339Nano),
		}})
	}
	return a
}
