package abi_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"

	"assay/sdk/abi"
)

// TestResultsCheckerForgetsNothingWrong gives one checker sound results and ones with a byte changed in any order:
// what it remembers must make no difference.
func TestResultsCheckerForgetsNothingWrong(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var checker abi.ResultsChecker
	refused := 0
	for range 50_000 {
		packed := abi.AppendResult(nil, randomRow(random))
		if random.IntN(2) == 0 {
			packed = abi.AppendResult(packed, randomRow(random))
		}
		if random.IntN(3) == 0 {
			packed[random.IntN(len(packed))] = byte(random.IntN(256))
		}
		want := abi.CheckResults(packed)
		if want != nil {
			refused++
		}
		if got := checker.Check(packed); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("%q: the checker says %v, CheckResults %v", packed, got, want)
		}
		fused := append([]byte{9, 0, 0, 0, 3, 0, 0, 0, byte(abi.ResultMember), 0, 0}, packed...)
		if got := checker.CheckFused(fused, 1); (got == nil) != (want == nil) {
			t.Fatalf("%q: fused the checker says %v, CheckResults %v", packed, got, want)
		}
	}
	if refused < 1000 {
		t.Errorf("%d results were refused: too few", refused)
	}
}

// randomRow returns a row of few different texts, some of them too long to be remembered or allowed.
func randomRow(random *rand.Rand) abi.ResultRow {
	texts := []string{"a", "b", "Пётр", "\xff", "", "contacts[1].jobTitle", string(make([]byte, 95)), string(make([]byte, 96)), string(make([]byte, 256))}
	text := func() string { return texts[random.IntN(len(texts))] }
	row := abi.ResultRow{Kind: abi.ResultKind(1 + random.IntN(4)), Code: text(), Path: text(), RowID: text(), Label: text(), Measure: text(), Error: text()}
	if row.Kind <= abi.ResultLabel {
		for range random.IntN(8) {
			row.Params = append(row.Params, abi.Param{Key: text(), Value: text()})
		}
		row.Suggest = json.RawMessage([]string{"", "1", "{", `"x"`}[random.IntN(4)])
		row.Severity = []string{"", "info", "error", "fatal"}[random.IntN(4)]
	}
	return row
}
