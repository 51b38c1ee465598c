package pattern_test

import (
	"errors"
	"regexp/syntax"
	"strings"
	"testing"
	"unicode"

	"assay/sdk/abi/pattern"
)

// Work is at least the runes that the parser folds, one by one, and what it does for properties and
// groups; and little for what people write.
func TestWork(t *testing.T) {
	tests := map[string]struct {
		text        string
		least, most int
	}{
		"plain":                {`^[A-Z]{2}[0-9]{6}$`, 0, 0},
		"of ABI.md":            {`(?i)^[а-яё' -]+$`, 36, 36},
		"groups":               {`^(?:\+7|8)(9\d{2})$`, 10, 20},
		"range, not folded":    {`[B-\x{1e900}]`, 0, 0},
		"range, folded":        {`(?i)[B-\x{1e900}]`, 0x1e900 - 'B' + 1, 0x1e900},
		"range twice":          {`(?i)[B-\x{1e900}B-\x{1e900}]`, 2 * (0x1e900 - 'B' + 1), 2 * 0x1e900},
		"flag after others":    {`(?s-im:[а-я])`, 32, 50},
		"flag behind":          {`[а-я](?i)`, 32, 40},
		"flag of a group":      {`(?i:[а-я])`, 32, 50},
		"negated":              {`(?i)[^а-я]`, 32, 40},
		"] first":              {`(?i)[]-я]`, 'я' - ']' + 1, 'я'},
		"] first of negated":   {`(?i)[^]-я]`, 'я' - ']' + 1, 'я'},
		"- last":               {`(?i)[a-]я-`, 1, 10},
		"- first":              {`(?i)[--я]`, 'я' - 'A' + 1, 'я'},
		"hexadecimal":          {`(?i)[\x42-\xfF]`, 0xff - 0x42 + 1, 0x100},
		"octal":                {`(?i)[\0102-\777]`, 0o777 - 'A' + 1, 0o777},
		"escaped ]":            {`(?i)[\]-я]`, 'я' - ']' + 1, 'я'},
		"escaped backslash":    {`(?i)[\\-я]`, 'я' - '\\' + 1, 'я'},
		"C escape":             {`(?i)[\n-я]`, 'я' - 'A' + 1, 'я'},
		"all runes":            {`(?i)[\x00-\x{10ffff}]`, 0, 10},
		"beyond what folds":    {`(?i)[\x{1f000}-\x{2ffff}]`, 0, 10},
		"quoted":               {`(?i)\Q[B-я]\E`, 0, 10},
		"after a quote":        {`(?i)\Q[\E[B-я]`, 'я' - 'B' + 1, 'я'},
		"escaped bracket":      {`(?i)\[B-я]`, 0, 10},
		"POSIX":                {`(?i)[[:^ascii:]]`, 128, 150},
		"range after POSIX":    {`(?i)[[:alpha:]B-я]`, 52 + 'я' - 'B' + 1, 'я' + 150},
		"[: that is not POSIX": {`(?i)[[:-я]`, 'я' - ':' - 6, 'я'},
		"\\w":                  {`(?i)\w[\W]`, 126, 150},
		"property":             {`\pL`, 1300, 3000},
		"properties":           {`[\PL\p{^L}]\P{Greek}`, 3900, 9000},
		"range after property": {`(?i)[\p{L}B-я]`, 1300 + 'я' - 'B' + 1, 'я' + 6000},
		"nested":               {strings.Repeat("(?:", 100) + strings.Repeat("^)", 100), 100 * 100, 100*500 + 500},
	}
	for name, test := range tests {
		if _, err := syntax.Parse(test.text, syntax.Perl); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got := pattern.Work(test.text); got < test.least || got > test.most {
			t.Errorf("%s: work of %s is %d, want %d to %d", name, test.text, got, test.least, test.most)
		}
	}
}

// folded counts the runes that fold in classes under (?i), or are missing from them: what the parser
// went through one by one, but for a factor.
func folded(re *syntax.Regexp) (work int) {
	if re.Op == syntax.OpCharClass && re.Flags&syntax.FoldCase != 0 {
		in := 0
		for i := 0; i < len(re.Rune); i += 2 {
			in += max(0, int(min(re.Rune[i+1], 0x1e943)-max(re.Rune[i], 'A'))+1)
		}
		work = min(in, 0x1e943-'A'+1-in)
	}
	for _, sub := range re.Sub {
		work += folded(sub)
	}
	return work
}

func ranges(re *syntax.Regexp) (n int) {
	if re.Op == syntax.OpCharClass {
		n = len(re.Rune) / 2
	}
	for _, sub := range re.Sub {
		n += ranges(sub)
	}
	return n
}

// What the parser has made took no more work than was foreseen.
func FuzzWork(f *testing.F) {
	for _, seed := range []string{`(?i)[B-\x{e900}]`, `[\pL\PL]\P{^Greek}`, `(?i)[^]-я]\Q[\E[a-f]`, `(?i)[[:alpha:]\0102-\777\]-я-]`, `(?s-i:[\w\\-я])(?i:a|[^k-ж])`, `(?i)[\x41-\x{1f00}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 200 || pattern.Work(text) > pattern.MaxWork {
			t.Skip()
		}
		parsed, err := syntax.Parse(text, syntax.Perl)
		if err != nil {
			return
		}
		work := pattern.Work(text)
		if got := ranges(parsed); got > work+5*len(text) {
			t.Errorf("%q has %d ranges, its work is %d", text, got, work)
		}
		if strings.Contains(text, `\p`) || strings.Contains(text, `\P`) {
			return // takes runes in as ranges
		}
		// A rune folds to three others at most.
		if got := folded(parsed); got > 4*(work+len(text)) {
			t.Errorf("%q folds %d runes, its work is %d", text, got, work)
		}
	})
}

// The bounds within which the scanner counts hold for this version of Unicode.
func TestNothingFoldsOutsideOfTheBounds(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if unicode.SimpleFold(r) != r && (r < 'A' || r > 0x1e943) {
			t.Errorf("%U folds to %U", r, unicode.SimpleFold(r))
		}
	}
}

func TestSize(t *testing.T) {
	large := map[string]string{
		"work":        `(?i)` + strings.Repeat(`[B-\x{1e900}]`, 300),
		"properties":  `[` + strings.Repeat(`\PL\pL`, 600) + `]`,
		"nested":      strings.Repeat("(?:", 600) + strings.Repeat("^$)", 600),
		"program":     `(?:xyzwvuts){999}x{999}`,
		"long":        strings.Repeat("x", 5000),
		"much of \\p": strings.Repeat(`\pL`, 20),
	}
	for name, text := range large {
		if _, err := pattern.Size(text); !errors.Is(err, pattern.ErrTooLarge) {
			t.Errorf("%s: got %v, want too large", name, err)
		}
	}
	if _, err := pattern.Size(`(x`); err == nil || errors.Is(err, pattern.ErrTooLarge) {
		t.Errorf("(x: got %v", err)
	}
	for _, text := range []string{"", `^[\p{L}\p{M}' -]+$`, `(?i)^[а-яёіїєґ' -]{2,50}$`, `(?i)[\x{80}-\x{ffff}]`} {
		if size, err := pattern.Size(text); err != nil || size == 0 {
			t.Errorf("%s: got %d, %v", text, size, err)
		}
	}
}
