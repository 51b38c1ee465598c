package main

import (
	"context"
	"fmt"
	"net"
	"os"

	"github.com/pocketbase/pocketbase"
	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
)

const pocketBatch = 100

// servePocketBase serves a collection of documents that anybody may write to, its batch API switched on.
func servePocketBase(ctx context.Context, dir string) error {
	app := pocketbase.NewWithConfig(pocketbase.Config{DefaultDataDir: dir, HideStartBanner: true})
	if err := app.Bootstrap(); err != nil {
		return err
	}
	settings := app.Settings()
	settings.Batch.Enabled, settings.Batch.MaxRequests, settings.Batch.Timeout = true, pocketBatch, 60
	if err := app.Save(settings); err != nil {
		return err
	}
	anybody := ""
	clients := core.NewBaseCollection("clients")
	clients.CreateRule, clients.ListRule = &anybody, &anybody
	clients.Fields.Add(&core.JSONField{Name: "doc", MaxSize: 1 << 20})
	if err := app.Save(clients); err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil { // it listens by itself
		return err
	}
	go func() {
		<-ctx.Done()
		os.Exit(0) // its server has no other end
	}()
	fmt.Printf("http://%s\n", address)
	return apis.Serve(app, apis.ServeConfig{HttpAddr: address, ShowStartBanner: false})
}
