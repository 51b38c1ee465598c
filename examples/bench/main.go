package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"strconv"
	"strings"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if len(os.Args) > 1 && os.Args[1] == plainVerb {
		servePlain(ctx, os.Args[2:])
		return
	}
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	clients := flag.Int("clients", 1_000_000, "how many clients the base has that rules are measured over")
	sizes := flag.String("sizes", "10000,100000,1000000,5000000", "how many the bases have that grow")
	rounds := flag.Int("rounds", 5, "how often each contender is measured")
	only := flag.String("only", "", "parts whose names match, all unless given")
	loaded := flag.Duration("load", time.Minute, "how long the mixed load lasts")
	small := flag.Bool("small", false, "every part in short, to see that it works: 20,000 clients, two rounds")
	out := flag.String("out", "", "file for the results; none: standard output")
	flag.Parse()
	if *small {
		*clients, *sizes, *rounds, *loaded = 20_000, "5000,20000", 2, 5*time.Second
	}
	chosen, err := regexp.Compile(*only)
	if err != nil {
		return err
	}
	s := &suite{clients: *clients, rounds: *rounds, load: *loaded}
	for text := range strings.SplitSeq(*sizes, ",") {
		n, err := strconv.Atoi(text)
		if err != nil {
			return fmt.Errorf("-sizes: %w", err)
		}
		s.sizes = append(s.sizes, n)
	}
	if s.dir, err = os.MkdirTemp("", "assay-bench-"); err != nil {
		return err
	}
	defer os.RemoveAll(s.dir)
	if err := s.build(ctx); err != nil {
		return err
	}
	var tables []table
	for _, p := range parts {
		if !chosen.MatchString(p.name) {
			continue
		}
		fmt.Fprintln(os.Stderr, "bench:", p.name)
		t, err := p.run(ctx, s)
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		tables = append(tables, t...)
	}
	return write(*out, s, tables)
}
