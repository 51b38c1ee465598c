package rest

import (
	"net"
	"sync"
)

// unusedConns are accepted connections that have brought nothing yet. Clients open them in reserve, and fasthttp's
// shutdown waits for their first request as if it had begun.
type unusedConns struct {
	mu      sync.Mutex
	closing bool
	conns   map[net.Conn]bool
}

// add notes a new connection. It is closed at once when the server is.
func (u *unusedConns) add(c net.Conn) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.closing {
		_ = c.Close()
		return
	}
	if u.conns == nil {
		u.conns = map[net.Conn]bool{}
	}
	u.conns[c] = true
}

// remove forgets a connection that has been used, or has ended.
func (u *unusedConns) remove(c net.Conn) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.conns, c)
}

// close closes the unused connections, and those that are still to come.
func (u *unusedConns) close() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.closing = true
	for c := range u.conns {
		_ = c.Close()
	}
	clear(u.conns)
}
