package webhook

import (
	"net/netip"
	"strings"
	"testing"
)

func TestAddresses(t *testing.T) {
	for text, public := range map[string]bool{
		"8.8.8.8": true, "93.184.216.34": true, "2606:4700:4700::1111": true, "2a00:1450:4001:81b::200e": true, "::ffff:8.8.8.8": true, "64:ff9b::808:808": true,
		"100.63.255.255": true, "100.128.0.0": true, "172.15.255.255": true, "172.32.0.0": true, "169.253.0.1": true, "11.0.0.0": true, "223.255.255.255": true,

		"10.0.0.1": false, "10.255.255.255": false, "172.16.0.1": false, "172.31.255.255": false, "192.168.1.1": false, "127.0.0.1": false, "127.255.255.254": false,
		"0.0.0.0": false, "0.1.2.3": false, "100.64.0.1": false, "100.127.255.255": false, "100.100.100.200": false, "169.254.169.254": false, "169.254.0.1": false,
		"224.0.0.1": false, "239.255.255.255": false, "240.0.0.1": false, "255.255.255.255": false, "192.0.0.192": false, "192.0.2.1": false, "198.18.0.1": false,
		"198.51.100.1": false, "203.0.113.1": false, "192.88.99.1": false,
		"::": false, "::1": false, "fe80::1": false, "fe80::1%eth0": false, "fc00::1": false, "fd00:ec2::254": false, "fec0::1": false, "ff02::1": false,
		"2001:db8::1": false, "2001::1": false, "2002:a00:1::": false, "2002:808:808::": false, "100::1": false, "3fff::1": false, "5f00::1": false,
		"::ffff:10.0.0.1": false, "::ffff:127.0.0.1": false, "::ffff:169.254.169.254": false, "::10.0.0.1": false, "::ffff:0:10.0.0.1": false,
		"64:ff9b::a00:1": false, "64:ff9b::7f00:1": false, "64:ff9b::a9fe:a9fe": false, "64:ff9b:1::808:808": false, "4000::1": false,
	} {
		err := guard{}.check(netip.MustParseAddr(text))
		if (err == nil) != public {
			t.Errorf("%s: %v", text, err)
		}
	}
	if (guard{}).check(netip.Addr{}) == nil {
		t.Error("no address at all passes")
	}
	if err := (guard{}).control("tcp", "10.0.0.1:443", nil); err == nil || !strings.Contains(err.Error(), "10.0.0.1 is a private address") {
		t.Errorf("dialling: %v", err)
	}
	if err := (guard{}).control("unix", "/run/docker.sock", nil); err == nil {
		t.Error("a socket that is no address passes")
	}
}

func TestAllowedAddresses(t *testing.T) {
	allowed, err := ParseAllowed([]string{"10.1.0.0/16", "192.168.5.5", "fd12::/16", "10.9.9.9/8"})
	if err != nil {
		t.Fatal(err)
	}
	g := guard{allowed[:3]}
	for text, pass := range map[string]bool{
		"10.1.2.3": true, "::ffff:10.1.2.3": true, "64:ff9b::a01:203": true, "10.2.0.1": false, "192.168.5.5": true, "192.168.5.6": false,
		"fd12::7": true, "fd12::7%eth0": true, "fd13::7": false, "127.0.0.1": false, "8.8.8.8": true,
	} {
		if err := g.check(netip.MustParseAddr(text)); (err == nil) != pass {
			t.Errorf("%s: %v", text, err)
		}
	}
	if allowed[3].String() != "10.0.0.0/8" {
		t.Errorf("10.9.9.9/8 is %s", allowed[3])
	}
	for _, bad := range []string{"", "10.0.0", "10.0.0.0/33", "localhost", "::ffff:10.0.0.0/104"} {
		if _, err := ParseAllowed([]string{"8.8.8.8", bad}); err == nil {
			t.Errorf("%q is allowed", bad)
		}
	}
}

// FuzzAddress holds that nothing passes that the standard library, too, calls
// something else than a public address, and that the clothes of an IPv4 address
// change nothing.
func FuzzAddress(f *testing.F) {
	for _, text := range []string{"8.8.8.8", "10.0.0.1", "::1", "64:ff9b::a00:1", "::ffff:127.0.0.1", "2606:4700::1", "fe80::1"} {
		f.Add(netip.MustParseAddr(text).AsSlice())
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		addr, ok := netip.AddrFromSlice(b)
		if !ok {
			return
		}
		passes := guard{}.check(addr) == nil
		plain := addr.Unmap()
		if passes && (!plain.IsGlobalUnicast() || plain.IsPrivate() || plain.IsLoopback() || plain.IsLinkLocalUnicast() || plain.IsMulticast() || plain.IsUnspecified()) {
			t.Errorf("%s passes", addr)
		}
		if !plain.Is4() {
			return
		}
		v4 := plain.As4()
		mapped := netip.AddrFrom16(plain.As16())
		nat := nat64.Addr().As16()
		copy(nat[12:], v4[:])
		for _, dressed := range []netip.Addr{mapped, netip.AddrFrom16(nat)} {
			if (guard{}.check(dressed) == nil) != passes {
				t.Errorf("%s passes: %v, and as %s: %v", plain, passes, dressed, !passes)
			}
		}
		if _, err := ParseAllowed([]string{plain.String()}); err != nil {
			t.Error(err)
		}
		if (guard{[]netip.Prefix{netip.PrefixFrom(plain, 32)}}).check(mapped) != nil {
			t.Errorf("%s is allowed and refused", plain)
		}
	})
}
