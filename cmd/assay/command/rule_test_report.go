package command

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"assay/server/author"
	"assay/server/cases"
)

// ruleTestReport is what `assay rule test -o json` writes.
type ruleTestReport struct {
	Passed int              `json:"passed"`
	Failed int              `json:"failed"`
	Cases  []ruleTestCase   `json:"cases"`
	Errors []ruleTestError  `json:"errors,omitempty"` // of paths that could not be tried
	Update []author.Updated `json:"updated,omitempty"`
}

type ruleTestError struct {
	Path  string `json:"path"`
	Error string `json:"error"`
}

type ruleTestCase struct {
	File        string             `json:"file"`
	Line        int                `json:"line"`
	Rule        string             `json:"rule"`
	Name        string             `json:"name"`
	Passed      bool               `json:"passed"`
	Differences []cases.Difference `json:"differences,omitempty"`
	Unstable    string             `json:"unstable,omitempty"` // what the rule says in another order
	Fuel        int64              `json:"fuel"`               // units
	Log         []string           `json:"log,omitempty"`
}

func testReport(all []*tested) *ruleTestReport {
	r := &ruleTestReport{Cases: []ruleTestCase{}}
	for _, t := range all {
		if t.err != nil {
			r.Errors = append(r.Errors, ruleTestError{t.path, t.err.Error()})
		}
		r.Update = append(r.Update, t.updated...)
		r.Failed += t.failed()
		for _, o := range t.outcomes {
			r.Cases = append(r.Cases, ruleTestCase{File: o.File, Line: o.Line, Rule: o.Of.Name, Name: o.Title(), Passed: o.Passed(),
				Differences: o.Differences, Unstable: o.Unstable, Fuel: o.Verdict.Fuel, Log: o.Log})
		}
	}
	r.Passed = len(r.Cases) - r.Failed
	return r
}

// junitReport is the test report that CI systems read: a suite a path.
type junitReport struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Time     string      `xml:"time,attr"` // seconds
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	File    string        `xml:"file,attr,omitempty"`
	Line    int           `xml:"line,attr,omitempty"`
	Time    string        `xml:"time,attr"` // seconds
	Failure *junitProblem `xml:"failure"`
	Error   *junitProblem `xml:"error"`
	Out     string        `xml:"system-out,omitempty"`
}

type junitProblem struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

// writeJUnit writes the report as XML.
func writeJUnit(w io.Writer, all []*tested) error {
	report := junitReport{}
	for _, t := range all {
		suite := junitSuiteOf(t)
		report.Suites = append(report.Suites, suite)
		report.Tests += suite.Tests
		report.Failures += suite.Failures
		report.Errors += suite.Errors
	}
	text, err := xml.MarshalIndent(report, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, text)
	return err
}

func junitSuiteOf(t *tested) junitSuite {
	suite := junitSuite{Name: t.path, Failures: t.failed()}
	var took time.Duration
	for _, o := range t.outcomes {
		took += o.Took
		suite.Cases = append(suite.Cases, junitCaseOf(o))
	}
	if t.err != nil {
		suite.Errors = 1
		suite.Cases = append(suite.Cases, junitCase{Name: "open", Class: t.path, Time: seconds(0),
			Error: &junitProblem{Message: firstLine(t.err.Error()), Type: "error", Text: t.err.Error()}})
	}
	suite.Tests, suite.Time = len(suite.Cases), seconds(took)
	return suite
}

func junitCaseOf(o *author.Outcome) junitCase {
	c := junitCase{Name: o.Title(), Class: o.Of.Name, File: o.File, Line: o.Line, Time: seconds(o.Took), Out: strings.Join(o.Log, "\n")}
	if o.Passed() {
		return c
	}
	p := &testPrinter{}
	p.failure(o)
	message, kind := cases.Text(o.Differences), "difference"
	if o.Differences == nil {
		message, kind = "judged after other clients, the rule says: "+o.Unstable, "unstable"
	}
	c.Failure = &junitProblem{Message: message, Type: kind, Text: p.text.String()}
	return c
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.6f", d.Seconds()) }

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
