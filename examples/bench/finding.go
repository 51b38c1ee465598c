package main

import "fmt"

// check is one of the five, by the name of the rule that ships with Assay.
type check uint8

// The checks.
const (
	contactInformation check = iota
	contactJobTitle
	contactPerson
	mainManager
	taxID
	checks // how many there are
)

var checkNames = [checks]string{"contact-information", "contact-job-title", "contact-person", "main-manager", "tax-id"}

func (c check) String() string { return checkNames[c] }

func checkOf(name string) (check, error) {
	for c, n := range checkNames {
		if n == name {
			return check(c), nil
		}
	}
	return 0, fmt.Errorf("there is no check %q", name)
}

// counts is how many findings there are, by check.
type counts [checks]int64

func (c *counts) add(other counts) {
	for i := range c {
		c[i] += other[i]
	}
}

// finding is what a check says: of a client, and of its contact in that place, -1 for the client itself.
type finding struct {
	client  int64
	check   check
	contact int
}

// sum of findings in any order: equal sums of two lists mean equal lists, but for chance in 2^64.
type sum uint64

func (s *sum) add(f finding) {
	x := uint64(f.client)<<16 ^ uint64(f.check)<<12 ^ uint64(f.contact+1)
	x ^= x >> 30 // splitmix64 (Steele, Lea, Flood, OOPSLA 2014)
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	x ^= x >> 31
	*s += sum(x)
}
