package assay_test

import (
	"reflect"
	"strings"
	"testing"

	"assay/sdk/go"
	"assay/sdk/go/assaytest"
)

const now = "2026-11-22T10:00:00Z"

// reported runs what reports as a check of a type.
func reported(t *testing.T, check *assay.Check) assaytest.Result {
	t.Helper()
	return assaytest.Run(t, check, ``, assaytest.Client{}, now)
}

var (
	anyOrder = assay.Quality("any-order", func(_ *assay.NoSettings, _ assay.Client, r *assay.Report) {
		r.Finding("first").Param("a", "1").Severity(assay.Info).SuggestInt(-5).Row("old").Param("a", "").Path("contacts[].channels[].value", 3, 120).
			Row("c1").SuggestText("a\"b").Severity(assay.Error).Row("c12")
		r.Finding("second").Path("name").Row("x").Path("").Row("").SuggestBool(true).SuggestJSON("")
		r.Finding("third")
	})
	inOrder = assay.Quality("in-order", func(_ *assay.NoSettings, _ assay.Client, r *assay.Report) {
		r.Finding("first").Path("contacts[3].channels[120].value").Row("c12").SuggestJSON(`"a\"b"`).Severity(assay.Error).Param("a", "1").Param("a", "")
		r.Finding("second")
		r.Finding("third")
	})
	labelled = assay.Segmentation("labelled", func(_ *assay.NoSettings, _ assay.Client, r *assay.Report) {
		r.Label("A").Param("share", "41").ParamInt("n", -7).ParamBool("new", true).ParamDate("day", 0)
		r.Measure("revenue", -1<<63)
		r.Measure("n", 3)
	}).Label("A", nil)
	unlabelled = assay.Segmentation("unlabelled", func(_ *assay.NoSettings, _ assay.Client, r *assay.Report) {
		r.Label("").Param("share", "41").ParamInt("n", 1).ParamBool("new", true).ParamDate("day", 0)
	})
	failing = assay.Quality("failing", func(_ *assay.NoSettings, _ assay.Client, r *assay.Report) {
		r.Finding("before")
		assay.Log("no rate")
		assay.Log("again")
		r.Error("no rate for the currency")
	})
	late = assay.Quality("late", func(_ *assay.NoSettings, _ assay.Client, r *assay.Report) {
		first := r.Finding("first")
		r.Finding("second")
		first.Param("a", "1")
	})
	moreIndexes = assay.Quality("more-indexes", func(_ *assay.NoSettings, _ assay.Client, r *assay.Report) {
		r.Finding("first").Path("contacts[].name", 1, 2)
	})
	plainPath = assay.Quality("plain-path", func(_ *assay.NoSettings, _ assay.Client, r *assay.Report) {
		r.Finding("a").Path("fields.a[]")
		r.Finding("b").Path("a[b][]", 7)
		r.Finding("c").Path("[][", 0)
		r.Finding("d").Path("[][][][]", 9, 10, 99, 100)
	})
)

// Fields are put in their order however they are given, the last of each counts, and empty ones are left out.
func TestFindingsAreCompletedInAnyOrder(t *testing.T) {
	got := reported(t, anyOrder).Findings
	want := []assaytest.Finding{
		{Code: "first", Path: "contacts[3].channels[120].value", Row: "c12", Suggest: `"a\"b"`, Severity: "error", Params: map[string]string{"a": ""}},
		{Code: "second", Suggest: "true"},
		{Code: "third"},
	}
	want[1].Suggest = ""
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestFieldsStandInOneOrder(t *testing.T) {
	card, err := assaytest.Client{}.Card()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := assay.Evaluator(anyOrder)(card), assay.Evaluator(inOrder)(card); string(got) != string(want) {
		t.Errorf("given in any order\n%q\nin the order of the page\n%q", got, want)
	}
}

func TestPathsTakeIndexesForTheirBrackets(t *testing.T) {
	var paths []string
	for _, f := range reported(t, plainPath).Findings {
		paths = append(paths, f.Path)
	}
	if want := []string{"fields.a[]", "a[b][7]", "[0][", "[9][10][99][100]"}; !reflect.DeepEqual(paths, want) {
		t.Errorf("paths %q, want %q", paths, want)
	}
}

func TestLabelsAndMeasures(t *testing.T) {
	got := reported(t, labelled)
	want := assaytest.Result{
		Label:    assaytest.Label{Name: "A", Params: map[string]string{"share": "41", "n": "-7", "new": "true", "day": "1970-01-01"}},
		Measures: map[string]int64{"revenue": -1 << 63, "n": 3},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if got := reported(t, unlabelled); !reflect.DeepEqual(got, assaytest.Result{}) {
		t.Errorf("no label gives %+v", got)
	}
}

func TestErrorsAndLog(t *testing.T) {
	if got := reported(t, failing); got.Error != "no rate for the currency" || got.Log != "no rate\nagain\n" {
		t.Errorf("got %+v", got)
	}
}

func TestMistakesInReportsPanic(t *testing.T) {
	for check, says := range map[*assay.Check]string{late: "after the next thing was reported", moreIndexes: "fewer [] than the 2 given"} {
		func() {
			defer func() {
				if what, _ := recover().(string); !strings.Contains(what, says) {
					t.Errorf("panic %q, want one that says %q", what, says)
				}
			}()
			reported(t, check)
		}()
	}
}

// The ABI gives 0 where there is no memory; a panic would end the module.
func TestMemoryThatNoHostHasIsRefused(t *testing.T) {
	for size, want := range map[uint32]int{0: 0, 1: 8, 8: 8, 64 << 20: 64 << 20, 64<<20 + 1: -1, 1<<32 - 1: -1} {
		if got := assay.HostMemory(size); got != want {
			t.Errorf("%d bytes: got %d, want %d", size, got, want)
		}
	}
}

// What a check does for a client allocates nothing: with isolation by batch the collector has nothing to do.
func TestReportsDoNotAllocate(t *testing.T) {
	card, err := assaytest.Client{Name: "Acme", Manager: "ivanov", Fields: assaytest.Fields{"gln": "1", "until": assaytest.Date("2027-01-01")},
		Contacts: []assaytest.Contact{{ID: "c1", Name: "Анна"}, {ID: "c2"}}}.Card()
	if err != nil {
		t.Fatal(err)
	}
	run := assay.Evaluator(busy)
	if allocations := testing.AllocsPerRun(100, func() { run(card) }); allocations != 0 {
		t.Errorf("%v allocations a client", allocations)
	}
}

var busy = assay.Quality("busy", func(_ *assay.NoSettings, client assay.Client, r *assay.Report) {
	contacts := client.Contacts()
	for i := range contacts.Len() {
		contact := contacts.At(i)
		r.Finding("no-title").Path("contacts[].jobTitle", i).Row(contact.ID()).Severity(assay.Info).Param("name", contact.Name()).
			ParamInt("n", 12345).ParamBool("b", false).ParamDate("until", client.Field("until").Date()).SuggestInt(7)
	}
	r.Finding("one").Param("b", "2").Path("name").SuggestText("«a»")
})
