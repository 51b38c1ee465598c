package rest

import (
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/gofiber/fiber/v2"
)

// around is what surrounds every request: a panic becomes a 500, what is left of
// the body is dealt with, and the request is counted.
func (s *Server) around(c *fiber.Ctx) error {
	begin := time.Now()
	s.answer(c)
	settle(c)
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	if len(c.Response().Header.Peek(fiber.HeaderCacheControl)) == 0 {
		c.Set(fiber.HeaderCacheControl, "no-store")
	}
	took := time.Since(begin)
	status := c.Response().StatusCode()
	s.metrics.observe(c, status, took)
	if s.Logger.Enabled(s.work, slog.LevelDebug) {
		s.Logger.Debug("request", "method", c.Method(), "path", c.Path(), "status", status, "took", took, "from", c.IP())
	}
	return nil
}

// answer runs the route. A panic costs its request, not the process.
func (s *Server) answer(c *fiber.Ctx) {
	defer func() {
		if r := recover(); r != nil {
			s.Logger.Error("panic", "method", c.Method(), "path", c.Path(), "panic", fmt.Sprint(r), "stack", string(debug.Stack()))
			newExchange(s, c, &route{}).fail(fmt.Errorf("panic: %v", r))
		}
	}()
	if err := c.Next(); err != nil {
		newExchange(s, c, &route{}).fail(err)
	}
}
