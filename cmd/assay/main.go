// Assay keeps a company's client base in good order: a server with an HTTP API, and
// the commands that talk to it. See `assay help`.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"assay/cmd/assay/command"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := command.Run(ctx, command.Process(), os.Args[1:])
	stop()
	os.Exit(code)
}
