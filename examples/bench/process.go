package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"assay/server/demo"
)

// process is a server that runs as a program of its own.
type process struct {
	cmd    *exec.Cmd
	url    string
	token  string
	client *http.Client
}

var address = regexp.MustCompile(`http://[0-9.:]+`)

// start starts a program that prints the URL it listens on.
func start(ctx context.Context, connections int, program string, args ...string) (*process, error) {
	p := &process{cmd: exec.CommandContext(ctx, program, args...)}
	p.cmd.Stderr = os.Stderr
	p.client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections, MaxConnsPerHost: connections}}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(out)
	for p.url == "" && lines.Scan() {
		p.url = address.FindString(lines.Text())
	}
	if p.url == "" {
		return nil, fmt.Errorf("%s %v did not say where it listens: %w", program, args, p.cmd.Wait())
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	return p, nil
}

// startAssay starts a server on a base, with the default rules when it makes a new one.
func (s *suite) startAssay(ctx context.Context, data string, connections int) (*process, error) {
	p, err := start(ctx, connections, s.assay, "serve", "--data", data, "--listen", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	token, err := os.ReadFile(filepath.Join(data, "admin-token"))
	p.token = strings.TrimSpace(string(token))
	return p, errors.Join(err, p.waitFor(ctx, "/readyz"))
}

// waitFor returns when the path is answered, for which a server that has said where it listens gets a minute.
func (p *process) waitFor(ctx context.Context, path string) error {
	ctx, stop := context.WithTimeout(ctx, time.Minute)
	defer stop()
	for {
		_, err := p.do(ctx, "GET", path, nil, "")
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s is not ready: %w", p.cmd, err)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// do sends a request and returns the answer's body.
func (p *process) do(ctx context.Context, method, path string, body io.Reader, contentType string) ([]byte, error) {
	rq, err := http.NewRequestWithContext(ctx, method, p.url+path, body)
	if err != nil {
		return nil, err
	}
	if p.token != "" {
		rq.Header.Set("Authorization", "Bearer "+p.token)
	}
	if contentType != "" {
		rq.Header.Set("Content-Type", contentType)
	}
	rs, err := p.client.Do(rq)
	if err != nil {
		return nil, err
	}
	defer rs.Body.Close()
	text, err := io.ReadAll(rs.Body)
	if err == nil && rs.StatusCode >= 300 {
		err = fmt.Errorf("%s %s: %s: %.300s", method, path, rs.Status, text)
	}
	return text, err
}

// importClients imports n invented clients.
func (p *process) importClients(ctx context.Context, n int) error {
	text, err := p.do(ctx, "POST", "/api/v1/imports?format=ndjson&key=externalId", demo.NewReader(1, n), "application/x-ndjson")
	if err != nil {
		return err
	}
	var summary struct{ Created, Failed int }
	if err := json.Unmarshal(text, &summary); err != nil || summary.Created != n {
		return fmt.Errorf("an import of %d clients answered %.300s", n, text)
	}
	return nil
}

// untilSwept returns when every rule in force has judged every client.
func (p *process) untilSwept(ctx context.Context) error {
	for {
		text, err := p.do(ctx, "GET", "/api/v1/sweep", nil, "")
		if err != nil {
			return err
		}
		var status struct{ State string }
		if err := json.Unmarshal(text, &status); err != nil || status.State == "idle" {
			return err
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// memory is the anonymous memory of the process in bytes: pages of mapped files are the system's.
func (p *process) memory() (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(text), "RssAnon:")
	kilobytes, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
	return kilobytes << 10, err
}

func (p *process) stop() error {
	p.client.CloseIdleConnections()
	return errors.Join(p.cmd.Process.Signal(os.Interrupt), p.cmd.Wait())
}
