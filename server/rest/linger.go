package rest

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// A refused upload is answered before it has arrived. Closing the connection at
// once would reset it, and the sender, still writing, would see a broken pipe
// in place of the answer: such a connection is closed for writing and read a
// little longer.
const (
	lingerTime  = 2 * time.Second
	lingerBytes = 64 << 20
)

type lingeringListener struct {
	net.Listener
	unused unusedConns
	once   sync.Once
	err    error
}

// Close closes the listener; again and again, if need be.
func (l *lingeringListener) Close() error {
	l.once.Do(func() { l.err = l.Listener.Close() })
	return l.err
}

// Accept wraps the connection.
func (l *lingeringListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.unused.add(c)
	return &lingeringConn{Conn: c, unused: &l.unused}, nil
}

type lingeringConn struct {
	net.Conn
	unread atomic.Bool // the peer was answered before its body was read
	used   atomic.Bool // it brought something, or was closed
	unused *unusedConns
}

// Read reads from the connection, which is in use from then on.
func (c *lingeringConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.use()
	return n, err
}

func (c *lingeringConn) use() {
	if !c.used.Swap(true) {
		c.unused.remove(c.Conn)
	}
}

// Close closes the connection, after the peer could read the answer.
func (c *lingeringConn) Close() error {
	c.use()
	half, ok := c.Conn.(interface{ CloseWrite() error })
	if ok && c.unread.Swap(false) && half.CloseWrite() == nil {
		_ = c.Conn.SetReadDeadline(time.Now().Add(lingerTime))
		_, _ = io.CopyN(io.Discard, c.Conn, lingerBytes)
	}
	return c.Conn.Close()
}
