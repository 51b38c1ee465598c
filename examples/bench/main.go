package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The suite starts its own binary again: with the run itself, and with the servers that are Assay's peers.
const runVerb = "run-in"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	verb, args := "", os.Args[1:]
	if len(args) > 1 {
		verb = args[0]
	}
	switch verb {
	case plainVerb:
		servePlain(ctx, args[1:])
	case runVerb:
		exit(run(ctx, args[1], args[2:]))
	default:
		stop() // an interrupt is for the run, which this process outlives
		exit(supervise(args))
	}
}

// exit ends the process if there is an error, which whoever is nearest to it has told when it is exitCode.
func exit(err error) {
	var told exitCode
	switch {
	case errors.As(err, &told):
		os.Exit(int(told))
	case err != nil:
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run measures the chosen parts in dir and writes what came out.
func run(ctx context.Context, dir string, args []string) error {
	s, err := chosen(dir, args)
	if err != nil {
		return err
	}
	if err := missing(); err != nil {
		return err
	}
	if err := s.build(ctx); err != nil {
		return err
	}
	var tables []table
	for _, p := range parts {
		if !s.only.MatchString(p.name) {
			continue
		}
		t, err := s.measurePart(ctx, p)
		if ctx.Err() != nil {
			return errors.New("interrupted: nothing is written")
		}
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		tables = append(tables, t...)
	}
	return write(s, tables)
}

// chosen is the run that the command line asks for.
func chosen(dir string, args []string) (*suite, error) {
	s := &suite{dir: dir, began: time.Now(), figures: figures{}}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.IntVar(&s.clients, "clients", 1_000_000, "how many `clients` the base has that rules are measured over")
	sizes := flags.String("sizes", "10000,100000,1000000,5000000", "how many clients the bases have that grow")
	flags.IntVar(&s.rounds, "rounds", 5, "how often each contender is measured, less often (but 3 times) where a part's time is up")
	only := flags.String("only", "", "parts whose names match this `regexp`, all unless given")
	flags.DurationVar(&s.load, "load", time.Minute, "how long the mixed load lasts")
	flags.BoolVar(&s.small, "small", false, "every part in short, to see that it works: what no other flag says is little, and the figures are not to be quoted")
	flags.StringVar(&s.out, "out", "", "`file` for the results; none: standard output")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil, exitCode(0)
		}
		return nil, exitCode(2) // the flags told what is wrong
	}
	if flags.NArg() > 0 {
		return nil, fmt.Errorf("%q is more than flags", flags.Arg(0))
	}
	if s.small {
		given := map[string]bool{}
		flags.Visit(func(f *flag.Flag) { given[f.Name] = true })
		for name, value := range map[string]string{"clients": "5000", "sizes": "2000,5000", "rounds": "1", "load": "2s"} {
			if !given[name] {
				_ = flags.Set(name, value)
			}
		}
	}
	if s.clients < 1000 || s.rounds < 1 {
		return nil, errors.New("-clients takes 1000 or more, -rounds 1 or more")
	}
	var err error
	if s.only, err = regexp.Compile(*only); err != nil {
		return nil, fmt.Errorf("-only: %w", err)
	}
	if !slices.ContainsFunc(parts, func(p part) bool { return s.only.MatchString(p.name) }) {
		return nil, fmt.Errorf("-only: no part is named like %s", *only)
	}
	for text := range strings.SplitSeq(*sizes, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("-sizes: %q is not a number of clients", text)
		}
		s.sizes = append(s.sizes, n)
	}
	slices.Sort(s.sizes)
	if len(slices.Compact(slices.Clone(s.sizes))) < len(s.sizes) {
		return nil, fmt.Errorf("-sizes: %s has a size twice", *sizes)
	}
	return s, nil
}
