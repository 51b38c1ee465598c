// Assay keeps a company's client base in good order: a server with an HTTP API, and
// the commands that talk to it. See `assay help`.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"assay/cmd/assay/command"
)

// gcPercent makes the collector work half as often as it would: a server's live
// memory is small (its data is in mapped files), its garbage of requests is not.
// GOGC in the environment goes first.
const gcPercent = 200

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	ctx, stop := signal.NotifyContext(context.Background(), endings()...)
	context.AfterFunc(ctx, stop) // a second signal ends the process, whatever it waits for
	code := command.Run(ctx, command.Process(), os.Args[1:])
	stop()
	os.Exit(code)
}

// endings are the signals that ask the process to end: that of a closed terminal, too, unless nohup keeps it away.
func endings() []os.Signal {
	list := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		list = append(list, syscall.SIGHUP)
	}
	return list
}
