package main

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"path/filepath"

	"github.com/gofiber/fiber/v2"
	"go.etcd.io/bbolt"

	"assay/server/crm"
)

var plainBucket = []byte("clients")

// committer keeps clients in bbolt. What comes while a transaction commits goes into the next one: bbolt's own Batch has a lone writer wait, or,
// with no delay, commits each by itself.
type committer struct {
	db    *bbolt.DB
	queue chan *pending
}

// pending is a client on its way to the disk.
type pending struct {
	text []byte
	id   uint64
	done chan error
}

const mostPending = 256 // in a transaction

// serveBolt takes clients, runs the five checks in Go on them, keeps their JSON under a number and answers what was found.
func serveBolt(ctx context.Context, dir string) error {
	db, err := bbolt.Open(filepath.Join(dir, "plain.bolt"), 0o600, &bbolt.Options{FreelistType: bbolt.FreelistMapType, NoFreelistSync: true, InitialMmapSize: 1 << 30})
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.Update(func(tx *bbolt.Tx) error { _, err := tx.CreateBucketIfNotExists(plainBucket); return err }); err != nil {
		return err
	}
	c := &committer{db: db, queue: make(chan *pending, mostPending)}
	go c.run(ctx)
	return serve(ctx, func(app *fiber.App) { app.Post("/clients", c.create) })
}

func (c *committer) create(rq *fiber.Ctx) error {
	var client crm.Client
	if err := json.Unmarshal(rq.Body(), &client); err != nil {
		return fiber.NewError(fiber.StatusBadRequest, err.Error())
	}
	found := []plainFinding{}
	nativeClient(&client, func(which check, _ int) { found = append(found, plainFinding{which.String()}) })
	p := &pending{text: rq.Body(), done: make(chan error)}
	c.queue <- p
	if err := <-p.done; err != nil {
		return err
	}
	return rq.Status(fiber.StatusCreated).JSON(fiber.Map{"id": p.id, "findings": found})
}

// plainFinding is as little of a finding as says which.
type plainFinding struct {
	Rule string `json:"rule"`
}

// run commits what waits until the server is interrupted.
func (c *committer) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case first := <-c.queue:
			c.commit(first)
		}
	}
}

func (c *committer) commit(first *pending) {
	batch := append(make([]*pending, 0, mostPending), first)
	for len(c.queue) > 0 && len(batch) < mostPending {
		batch = append(batch, <-c.queue)
	}
	err := c.db.Update(func(tx *bbolt.Tx) (err error) {
		b := tx.Bucket(plainBucket)
		for _, p := range batch {
			if p.id, err = b.NextSequence(); err != nil {
				return err
			}
			if err = b.Put(binary.BigEndian.AppendUint64(nil, p.id), p.text); err != nil {
				return err
			}
		}
		return nil
	})
	for _, p := range batch {
		p.done <- err
	}
}
