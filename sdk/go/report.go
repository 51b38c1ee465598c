package assay

import (
	"encoding/binary"
	"strconv"

	"assay/sdk/go/internal/abi"
)

// Severity says how much a finding matters.
type Severity string

// The severities, the lightest first.
const (
	Info    Severity = "info"
	Warning Severity = "warning"
	Error   Severity = "error"
)

// Report takes what a check has to say of one client: at most 1,000 findings, labels, measures and errors
// together, of 64 KiB. It is valid while the check runs.
type Report struct {
	rows  []byte // finished but for what is added to the last
	start int    // where the last row begins
	rank  byte   // the highest of a field in it
}

// results returns the rows, which are valid until the next reset.
func (r *Report) results() []byte { return r.rows }

// reset empties the report and keeps its memory.
func (r *Report) reset() { r.rows = r.rows[:0] }

// Finding is a finding that is being reported. Its methods complete it, in any order, until the next
// thing is reported; then they panic.
type Finding struct{ row }

// Label is a label that is being given, for the parameters of its reason.
type Label struct{ row }

// Finding reports a finding. With the rule, the client and the row, the code is what tells a finding
// from others; it has a message of the check or of the rule.
func (r *Report) Finding(code string) Finding {
	return Finding{r.begin(abi.ResultFinding, abi.TagCode, code)}
}

// Label gives the client a label, "" for none.
func (r *Report) Label(label string) Label {
	if label == "" {
		return Label{}
	}
	return Label{r.begin(abi.ResultLabel, abi.TagLabel, label)}
}

// Measure gives the client's value of a measure.
func (r *Report) Measure(name string, value int64) {
	var word [8]byte
	binary.LittleEndian.PutUint64(word[:], uint64(value))
	r.begin(abi.ResultMeasure, abi.TagMeasure, name)
	r.field(abi.TagValue, view(word[:]))
}

// Error says that this client could not be judged, and why.
func (r *Report) Error(text string) { r.begin(abi.ResultError, abi.TagError, text) }

// Path names the field to mend as it stands in the client's JSON, such as manager. Indexes stand in for its []
// one after the other: Path("contacts[].jobTitle", i). More indexes than [] panic.
func (f Finding) Path(path string, index ...int) Finding {
	if len(index) == 0 {
		f.set(abi.TagPath, path)
	} else {
		f.path(path, index)
	}
	return f
}

// Row gives the id of the row that the path leads into.
func (f Finding) Row(id string) Finding {
	f.set(abi.TagRowID, id)
	return f
}

// Severity sets the severity of this finding, in place of the rule's.
func (f Finding) Severity(s Severity) Finding {
	f.set(abi.TagSeverity, string(s))
	return f
}

// Param gives a parameter for the message.
func (f Finding) Param(key, value string) Finding {
	f.param(key, value)
	return f
}

// ParamInt gives an integer as a parameter for the message.
func (f Finding) ParamInt(key string, value int64) Finding {
	f.paramInt(key, value)
	return f
}

// ParamUint gives an integer without a sign as a parameter for the message.
func (f Finding) ParamUint(key string, value uint64) Finding {
	f.paramUint(key, value)
	return f
}

// ParamBool gives true or false as a parameter for the message.
func (f Finding) ParamBool(key string, value bool) Finding {
	f.param(key, strconv.FormatBool(value))
	return f
}

// ParamDate gives the day of unix milliseconds, as 2027-01-31, as a parameter for the message.
func (f Finding) ParamDate(key string, ms int64) Finding {
	f.paramDate(key, ms)
	return f
}

// SuggestText suggests a text in place of the field's value.
func (f Finding) SuggestText(text string) Finding {
	f.set(abi.TagSuggest, view(appendQuoted(make([]byte, 0, 128), text)))
	return f
}

// SuggestInt suggests an integer in place of the field's value.
func (f Finding) SuggestInt(value int64) Finding {
	var digits [20]byte
	f.set(abi.TagSuggest, view(strconv.AppendInt(digits[:0], value, 10)))
	return f
}

// SuggestUint suggests an integer without a sign in place of the field's value.
func (f Finding) SuggestUint(value uint64) Finding {
	var digits [20]byte
	f.set(abi.TagSuggest, view(strconv.AppendUint(digits[:0], value, 10)))
	return f
}

// SuggestBool suggests true or false in place of the field's value.
func (f Finding) SuggestBool(value bool) Finding {
	f.set(abi.TagSuggest, strconv.FormatBool(value))
	return f
}

// SuggestJSON suggests a value written as JSON in place of the field's; it is taken as it is.
func (f Finding) SuggestJSON(value string) Finding {
	f.set(abi.TagSuggest, value)
	return f
}

// Param gives a parameter for the reason.
func (l Label) Param(key, value string) Label {
	l.param(key, value)
	return l
}

// ParamInt gives an integer as a parameter for the reason.
func (l Label) ParamInt(key string, value int64) Label {
	l.paramInt(key, value)
	return l
}

// ParamUint gives an integer without a sign as a parameter for the reason.
func (l Label) ParamUint(key string, value uint64) Label {
	l.paramUint(key, value)
	return l
}

// ParamBool gives true or false as a parameter for the reason.
func (l Label) ParamBool(key string, value bool) Label {
	l.param(key, strconv.FormatBool(value))
	return l
}

// ParamDate gives the day of unix milliseconds, as 2027-01-31, as a parameter for the reason.
func (l Label) ParamDate(key string, ms int64) Label {
	l.paramDate(key, ms)
	return l
}
