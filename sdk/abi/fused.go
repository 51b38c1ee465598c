package abi

import (
	"encoding/binary"
	"fmt"
)

// A fused module is many CEL rules in one, which Assay compiles for itself. It has one check, FusedCheck.
// Its settings are a byte for each of its rules, its members: '1' for one that is to be asked. Its results are
// what each member cost on the card, a u32, and then for each that has something to say a row of kind ResultMember
// with its number, a u16, and its own rows behind it, in any order; none behind it means its constant answer, which is told with the
// module.
//
// Without results it leaves the card to the rules one by one: they have more to say of it than there is room for.

// FusedCheck is the check of a fused module.
const FusedCheck = "fused"

// ResultMember is the kind of the row that says whose rows follow.
const ResultMember ResultKind = 5

// MaxFusedBytes bounds the rows of all members on a card.
const MaxFusedBytes = 2 * MaxResultsBytes

// MaxMembers is how many rules a fused module can have.
const MaxMembers = 128

// MemberHeader is the size of a row of kind ResultMember: u32 size, u8 kind, u16 member.
const MemberHeader = 7

// CheckFused is Check for a fused module of so many members.
func (c *ResultsChecker) CheckFused(b []byte, members int) error {
	if len(b) == 0 {
		return nil
	}
	if len(b) < 4*members {
		return &ResultsError{Row: -1, Reason: fmt.Sprintf("%d bytes, too few for the costs of %d rules", len(b), members)}
	}
	var seen [MaxMembers / 64]uint64
	return EachMember(b[4*members:], func(member int, rows []byte) error {
		if member >= min(members, MaxMembers) || seen[member/64]&(1<<(member%64)) != 0 {
			return &ResultsError{Row: -1, Reason: fmt.Sprintf("rows of rule %d, which is none of %d or had its turn", member, members)}
		}
		seen[member/64] |= 1 << (member % 64)
		return eachRow(rows, c.checkRow)
	})
}

// EachMember cuts the rows of a fused module into those of its members. The error is the first of do, or a
// *ResultsError.
func EachMember(b []byte, do func(member int, rows []byte) error) error {
	for len(b) > 0 {
		member := memberOf(b)
		if member < 0 {
			return &ResultsError{Row: -1, Reason: "rows that are no rule's"}
		}
		b = b[MemberHeader:]
		end := 0
		for end < len(b) && memberOf(b[end:]) < 0 {
			if len(b)-end < rowHeader {
				return &ResultsError{Row: -1, Offset: end, Reason: "cut off in the row's header"}
			}
			end += 4 + int(binary.LittleEndian.Uint32(b[end:]))
		}
		if end > len(b) {
			return &ResultsError{Row: -1, Reason: "a row is longer than what is left"}
		}
		if err := do(member, b[:end]); err != nil {
			return err
		}
		b = b[end:]
	}
	return nil
}

// memberOf reads the row of kind ResultMember that b begins with, -1 when it begins with none.
func memberOf(b []byte) int {
	if len(b) < MemberHeader || ResultKind(b[4]) != ResultMember || binary.LittleEndian.Uint32(b) != MemberHeader-4 {
		return -1
	}
	return int(binary.LittleEndian.Uint16(b[5:]))
}
