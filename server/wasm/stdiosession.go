package wasm

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/tetratelabs/wazero/sys"

	"assay/sdk/abi"
	"assay/server/wasm/internal/instrument"
)

// session is one _start as its standard input and output see it. It hands out a line for a read, with the
// record's budget of fuel, and takes the answers one by one; what is wrong ends the guest at once.
type session struct {
	lines  []byte
	ends   []int // of the lines
	handed int   // lines that have been handed out, the last one perhaps in part
	at     int   // the next byte to hand out
	gauge  *gauge
	budget int64
	start  int64   // spent before the first line
	spent  []int64 // by the lines that have been handed out

	line    []byte // the unfinished answer
	results []byte // packed, of the answers so far
	answers []int  // ends of the answers in results
	fault   *Fault // why the host ended the guest
}

// reset forgets everything but the memory it has.
func (s *session) reset(budget int64) {
	*s = session{budget: budget, lines: s.lines[:0], ends: s.ends[:0], spent: s.spent[:0],
		line: s.line[:0], results: s.results[:0], answers: s.answers[:0]}
}

// pipe is the session as standard input and output; of none, nil.
func (s *session) pipe() io.ReadWriter {
	if s == nil {
		return nil
	}
	return s
}

// run runs a fresh instance over the lines. It may spend so much before it reads one.
func (s *session) run(in *instance, start int64) *Fault {
	s.gauge = &in.gauge
	s.gauge.fill(start)
	err := in.runCommand()
	in.gauge.over()
	s.settle()
	if err != nil {
		return s.failed(in, err)
	}
	return s.finish(in)
}

// runCommand runs the start function and _start; to exit with 0 is to return.
func (in *instance) runCommand() error {
	for _, name := range [...]string{instrument.ExportStart, abi.ExportCommand} {
		f := in.guest.ExportedFunction(name)
		if f == nil {
			continue
		}
		err := f.CallWithStack(in.ctx, nil)
		if exit, exited := errors.AsType[*sys.ExitError](err); exited && exit.ExitCode() == 0 {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Read hands out the next line, or as much of it as fits. The guest gets the fuel for a record
// with the first byte of it.
func (s *session) Read(b []byte) (int, error) {
	if s.at == len(s.lines) {
		return 0, io.EOF
	}
	if s.handed == 0 || s.at == s.ends[s.handed-1] {
		s.settle()
		s.gauge.refill(s.budget)
		s.handed++
	}
	n := copy(b, s.lines[s.at:s.ends[s.handed-1]])
	s.at += n
	return n, nil
}

// settle notes what the line before has spent, or what the start has: the first line pays for that too.
func (s *session) settle() {
	switch s.handed {
	case 0:
		s.start = s.gauge.used()
	case 1:
		s.spent = append(s.spent, s.start+s.gauge.used())
	default:
		s.spent = append(s.spent, s.gauge.used())
	}
}

// total is what the whole run has spent.
func (s *session) total() int64 {
	if len(s.spent) == 0 {
		return s.start
	}
	total := int64(0)
	for _, spent := range s.spent {
		total += spent
	}
	return total
}

// Write takes answers. One that is wrong traps.
func (s *session) Write(b []byte) (int, error) {
	written := len(b)
	for {
		line, rest, ended := bytes.Cut(b, []byte("\n"))
		s.fault = s.take(line)
		if s.fault == nil && ended {
			s.fault = s.answer()
		}
		if s.fault != nil {
			panic(hostTrap(s.fault.Detail))
		}
		if !ended {
			return written, nil
		}
		b = rest
	}
}

// take adds to the unfinished answer.
func (s *session) take(part []byte) *Fault {
	switch {
	case len(part) == 0:
		return nil
	case len(s.answers) == len(s.ends):
		return s.tooMany(fmt.Sprintf("%q", cut(string(part), 100)))
	case len(s.line)+len(part) > abi.MaxLine:
		return &Fault{Kind: FaultLongLine, Detail: fmt.Sprintf("an answer is longer than %d bytes", abi.MaxLine)}
	}
	s.line = append(s.line, part...)
	return nil
}

// answer ends the unfinished answer and packs its results.
func (s *session) answer() *Fault {
	card := len(s.answers)
	if card == len(s.ends) {
		return s.tooMany("a blank line")
	}
	if card >= s.handed {
		return &Fault{Kind: FaultInvalidResults, Detail: fmt.Sprintf("an answer came before its card was read: %q", cut(string(s.line), 100))}
	}
	start := len(s.results)
	results, err := appendAnswer(s.results, s.line)
	if err == nil {
		err = abi.CheckResults(results[start:])
	}
	if err != nil {
		return &Fault{Kind: FaultInvalidResults, Detail: "the answer: " + err.Error(), Err: err}
	}
	s.results, s.line = results, s.line[:0]
	s.answers = append(s.answers, len(results))
	return nil
}

func (s *session) tooMany(what string) *Fault {
	return &Fault{Kind: FaultTooManyLines, Detail: fmt.Sprintf("more answers than cards (%d): %s", len(s.ends), what)}
}

// finish judges the session of a guest that ended well. The last answer need not be a whole line.
func (s *session) finish(in *instance) *Fault {
	if len(s.line) > 0 {
		if fault := s.answer(); fault != nil {
			return fault
		}
	}
	if len(s.answers) == len(s.ends) {
		return nil
	}
	detail := fmt.Sprintf("the module ended after %d answers to %d cards, of which it read %d", len(s.answers), len(s.ends), s.handed)
	return &Fault{Kind: FaultTooFewLines, Detail: withWords(detail, in)}
}

// failed says why a guest did not end well.
func (s *session) failed(in *instance, err error) *Fault {
	if s.fault != nil {
		return s.fault
	}
	if exit, exited := errors.AsType[*sys.ExitError](err); exited {
		return &Fault{Kind: FaultTrap, Detail: withWords(fmt.Sprintf("the module exited with code %d", exit.ExitCode()), in), Err: err}
	}
	fault := in.fault(abi.ExportCommand, err)
	if s.handed == 0 {
		fault.Detail += ", before it read a card"
	}
	return fault
}

// withWords adds the guest's last words.
func withWords(detail string, in *instance) string {
	if said := in.output.lastWords(); said != "" {
		detail += ": " + said
	}
	return detail
}
