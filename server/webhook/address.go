package webhook

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"syscall"
)

// special are the ranges that are not the public Internet, with what they are:
// the IANA registries of special-purpose addresses (RFC 6890), multicast, and
// the tunnels that lead back into IPv4 and cannot be told from it.
var special = []struct {
	prefix netip.Prefix
	what   string
}{
	{netip.MustParsePrefix("0.0.0.0/8"), "an unspecified address"},
	{netip.MustParsePrefix("10.0.0.0/8"), "a private address"},
	{netip.MustParsePrefix("100.64.0.0/10"), "an address shared behind a provider's NAT"},
	{netip.MustParsePrefix("127.0.0.0/8"), "a loopback address"},
	{netip.MustParsePrefix("169.254.0.0/16"), "a link-local address, where clouds keep their metadata"},
	{netip.MustParsePrefix("172.16.0.0/12"), "a private address"},
	{netip.MustParsePrefix("192.0.0.0/24"), "an address of protocol assignments"},
	{netip.MustParsePrefix("192.0.2.0/24"), "an address for documentation"},
	{netip.MustParsePrefix("192.88.99.0/24"), "an address of 6to4 relays"},
	{netip.MustParsePrefix("192.168.0.0/16"), "a private address"},
	{netip.MustParsePrefix("198.18.0.0/15"), "an address for benchmarks"},
	{netip.MustParsePrefix("198.51.100.0/24"), "an address for documentation"},
	{netip.MustParsePrefix("203.0.113.0/24"), "an address for documentation"},
	{netip.MustParsePrefix("224.0.0.0/4"), "a multicast address"},
	{netip.MustParsePrefix("240.0.0.0/4"), "a reserved address"},

	{netip.MustParsePrefix("::/128"), "an unspecified address"},
	{netip.MustParsePrefix("::1/128"), "a loopback address"},
	{netip.MustParsePrefix("fc00::/7"), "a private address"},
	{netip.MustParsePrefix("fe80::/10"), "a link-local address"},
	{netip.MustParsePrefix("fec0::/10"), "a private address"},
	{netip.MustParsePrefix("ff00::/8"), "a multicast address"},
	{netip.MustParsePrefix("2001::/23"), "an address of protocol assignments or tunnels"},
	{netip.MustParsePrefix("2001:db8::/32"), "an address for documentation"},
	{netip.MustParsePrefix("2002::/16"), "an address of 6to4 tunnels"},
	{netip.MustParsePrefix("3fff::/20"), "an address for documentation"},
}

var (
	globalUnicast6 = netip.MustParsePrefix("2000::/3")     // the only part of IPv6 that is given out
	nat64          = netip.MustParsePrefix("64:ff9b::/96") // the IPv4 address is in the last four bytes (RFC 6052)
)

// BlockedError is an address that nothing is sent to.
type BlockedError struct {
	Addr netip.Addr
	What string // what it is: a private address
}

// Error says how to allow the address.
func (e *BlockedError) Error() string {
	return fmt.Sprintf("%s is %s, and nothing is sent there; the operator can allow it with: assay serve --webhook-allow %s", e.Addr, e.What, e.Addr)
}

// guard decides which addresses may be connected to.
type guard struct{ allow []netip.Prefix }

// check returns a *BlockedError for an address that is neither public nor allowed.
func (g guard) check(addr netip.Addr) error {
	addr = addr.Unmap().WithZone("")
	if g.allows(addr) {
		return nil
	}
	if nat64.Contains(addr) {
		bytes := addr.As16()
		inner := netip.AddrFrom4([4]byte(bytes[12:]))
		if g.check(inner) == nil {
			return nil
		}
		return &BlockedError{addr, "another form of " + inner.String()}
	}
	for _, s := range special {
		if s.prefix.Contains(addr) {
			return &BlockedError{addr, s.what}
		}
	}
	if !addr.IsValid() || addr.Is6() && !globalUnicast6.Contains(addr) {
		return &BlockedError{addr, "no public address"}
	}
	return nil
}

func (g guard) allows(addr netip.Addr) bool {
	return slices.ContainsFunc(g.allow, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// control is a net.Dialer's Control: it sees the address that is connected to,
// after names were resolved, and so what a name resolved to before counts for nothing.
func (g guard) control(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%q is no address to connect to: %w", address, err)
	}
	return g.check(to.Addr())
}

// ParseAllowed reads the addresses and ranges that an operator allows, such as
// 10.1.2.3 and 10.1.0.0/16.
func ParseAllowed(texts []string) (allowed []netip.Prefix, err error) {
	var errs []error
	for _, text := range texts {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			var addr netip.Addr
			if addr, err = netip.ParseAddr(text); err == nil {
				prefix, err = addr.Unmap().WithZone("").Prefix(addr.Unmap().BitLen())
			}
		}
		switch {
		case err != nil:
			errs = append(errs, fmt.Errorf("%q is neither an address nor a range such as 10.1.0.0/16", text))
		case prefix.Addr().Is4In6():
			errs = append(errs, fmt.Errorf("%q is IPv4 in the clothes of IPv6; write it as IPv4", text))
		default:
			allowed = append(allowed, prefix.Masked())
		}
	}
	return allowed, errors.Join(errs...)
}
