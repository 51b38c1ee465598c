package rest

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// The shapes of values that write their own JSON.
type (
	timeShape  struct{}
	dateShape  struct{}
	moneyShape struct{}
	valueShape struct{}
	anyShape   struct{}
)

// Schema implements huma.SchemaProvider.
func (timeShape) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date-time", Nullable: true}
}

// Schema implements huma.SchemaProvider.
func (dateShape) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date", Nullable: true}
}

// Schema implements huma.SchemaProvider.
func (moneyShape) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeNumber, Description: "An amount with two decimals."}
}

// Schema implements huma.SchemaProvider.
func (valueShape) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Description: "Text, a number, true or false, a date or a time as text; null clears.",
		AnyOf: []*huma.Schema{{Type: huma.TypeString}, {Type: huma.TypeNumber}, {Type: huma.TypeBoolean}, {Type: "null"}}}
}

// Schema implements huma.SchemaProvider.
func (anyShape) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Description: "Any JSON value."}
}

const (
	refPrefix   = "#/components/schemas/"
	inputSuffix = "Input"
)

// input returns the schema of a type as writers send it: nothing is required, and
// what the server keeps for itself is read only.
func (d *document) input(of any) *huma.Schema {
	return d.inputOf(d.registry.Schema(reflect.TypeOf(of), true, ""))
}

func (d *document) inputOf(s *huma.Schema) *huma.Schema {
	if s == nil {
		return nil
	}
	if name, ok := strings.CutPrefix(s.Ref, refPrefix); ok {
		return &huma.Schema{Ref: refPrefix + d.inputNamed(name)}
	}
	out := *s
	out.Required, out.Nullable = nil, out.Nullable || out.Type == huma.TypeString
	out.Items = d.inputOf(s.Items)
	if s.Type == huma.TypeObject && s.Properties != nil {
		out.AdditionalProperties = false // unknown fields are refused
	}
	if len(s.Properties) > 0 {
		out.Properties = make(map[string]*huma.Schema, len(s.Properties))
		for name, p := range s.Properties {
			out.Properties[name] = d.inputOf(p)
		}
	}
	return &out
}

func (d *document) inputNamed(name string) string {
	schemas := d.registry.Map()
	in := name + inputSuffix
	if schemas[in] == nil {
		schemas[in] = &huma.Schema{} // held, for a type that contains itself
		*schemas[in] = *d.inputOf(schemas[name])
	}
	return in
}

// describeSchemas says of each field what it is, and corrects what reflection cannot know.
func describeSchemas(schemas map[string]*huma.Schema) {
	for _, name := range slices.Sorted(maps.Keys(schemas)) {
		base := strings.TrimSuffix(name, inputSuffix)
		for field, s := range schemas[name].Properties {
			if s.Type == huma.TypeArray {
				s.Nullable = name != base // lists are never null in answers; null clears one in input
			}
			for _, key := range []string{base + "." + field, "*." + field} {
				describe(s, fieldDocs[key])
			}
			s.ReadOnly = name != base && slices.Contains(serversFields[base], field)
		}
	}
}

func describe(s *huma.Schema, d fieldDoc) {
	if d.text != "" && s.Description == "" && s.Ref == "" {
		s.Description = d.text
	}
	for _, v := range d.enum {
		s.Enum = append(s.Enum, v)
	}
}

// serversFields are ignored in input.
var serversFields = map[string][]string{
	"Client":  {"id", "revision", "activity", "completeness", "createdAt", "updatedAt"},
	"Channel": {"state"},
}

// fieldDoc is what the document says of a field.
type fieldDoc struct {
	text string
	enum []string
}

// fieldDocs are keyed by schema and field; a star stands for any schema.
var fieldDocs = map[string]fieldDoc{
	"*.id":        {text: "Given by the server; a row sent with its id keeps it."},
	"*.rule":      {text: "The rule's name."},
	"*.message":   {text: "For people, in the reader's language."},
	"*.code":      {text: "Stable; what programs decide on."},
	"*.severity":  {enum: []string{"info", "warning", "error"}},
	"*.next":      {text: "`after` of the next page; absent at the end."},
	"*.createdAt": {text: "When it was stored first."},
	"*.updatedAt": {text: "When it was changed last."},

	"Client.externalId":         {text: "Its id in your own system; unique."},
	"Client.revision":           {text: "Counts the changes; the ETag."},
	"Client.kind":               {text: "What the client is.", enum: []string{"company", "soleTrader", "person"}},
	"Client.name":               {text: "Its name."},
	"Client.legalForm":          {text: "ООО, ТОВ, Ltd …"},
	"Client.taxId":              {text: "INN, EDRPOU, VAT number …; digits only where the country says so."},
	"Client.registrationNumber": {text: "OGRN, company number …"},
	"Client.country":            {text: "ISO 3166-1, two letters."},
	"Client.industries":         {text: "What it does."},
	"Client.manager":            {text: "The main manager; who sees the client depends on it."},
	"Client.managers":           {text: "Everybody who works with the client."},
	"Client.channels":           {text: "Ways to reach it."},
	"Client.contacts":           {text: "People at the client."},
	"Client.properties":         {text: "Free key and text."},
	"Client.fields":             {text: "Custom fields, typed where a Field is declared."},
	"Client.activity":           {text: "Sums of the timeline."},
	"Client.completeness":       {text: "How much of the client is filled in, 0 to 100."},
	"Client.callWindow":         {text: "When to call."},
	"Client.unsubscribed":       {text: "Does not want to be written to."},

	"Channel.type":      {enum: []string{"phone", "email", "site", "messenger", "social", "other"}},
	"Channel.value":     {text: "Canonical (a phone as +74957480113); the trimmed text when state is invalid."},
	"Channel.raw":       {text: "As it was typed."},
	"Channel.label":     {text: "office, mobile …"},
	"Channel.state":     {text: "Whether it works.", enum: []string{"unverified", "working", "dead", "invalid"}},
	"Channel.checkedAt": {text: "When that was found out."},

	"Contact.jobTitle":     {text: "What the person is."},
	"Contact.decisionRole": {text: "What the person decides."},
	"Contract.amount":      {text: "In the base currency."},

	"FindingView.id":          {text: "The finding's identity: client, rule, code, row."},
	"FindingView.path":        {text: "Where, with today's row index: contacts[1].jobTitle."},
	"FindingView.rowId":       {text: "The row the path points into; empty for the client itself."},
	"FindingView.suggest":     {text: "A value that would mend it, null when the rule knows none."},
	"FindingView.since":       {text: "When it was first seen."},
	"FindingView.waivedUntil": {text: "Not counted until then."},

	"QualityReport.asOf":      {text: "The moment of all counts."},
	"QualityReport.clients":   {text: "Clients selected."},
	"QualityReport.violating": {text: "Of them, with findings."},
	"QualityReport.pending":   {text: "Of them, not judged yet by some rule."},
	"QualityReport.score":     {text: "Share of clients without findings of severity error or warning, 0 to 1; 1 for an empty base."},
	"QualityReport.items":     {text: "Clients with findings, by number."},
	"RuleSummary.state":       {text: "current: every client is judged by the rule as it stands. sweeping: some are still to be judged. degraded: the rule does not run as declared.", enum: []string{"current", "sweeping", "degraded"}},
	"RuleSummary.clients":     {text: "Clients with a finding of the rule."},
	"RuleSummary.errors":      {text: "Clients the rule could not judge."},
	"SegmentSummary.pending":  {text: "Clients the rule has not judged since it changed."},

	"*.partial":               {text: "The page ended early, because the filter is slow; `next` goes on from there. The page may be empty."},
	"*.scanned":               {text: "Of a partial page: clients the filter was run on."},
	"*.failed":                {text: "Clients on which the filter failed (a division by zero, no fuel left) while this answer was made; they are left out."},
	"*.failure":               {text: "What happened on the first of them."},
	"FilterPlan.facets":       {text: "What the filter asks of the facets: answered from bitmaps, without reading a client."},
	"FilterPlan.residue":      {text: "What is left of the filter, in CEL; empty when the facets are all there is."},
	"FilterPlan.selected":     {text: "Clients that the facets and the other parameters select."},
	"FilterPlan.read":         {text: "Clients that the residue was run on for this answer."},
	"PlannedFacet.values":     {text: "Any of them will do; an empty one is none."},
	"PlannedFacet.not":        {text: "None of the values may be there."},
	"LineError.line":          {text: "1 is the first line of the file."},
	"LineError.field":         {text: "Empty for the record itself."},
	"ImportProgress.line":     {text: "Every record up to this line has been dealt with."},
	"ImportProgress.stored":   {text: "Records on disk."},
	"Problem.type":            {text: "Where the code is explained."},
	"Problem.detail":          {text: "What to do."},
	"Problem.errors":          {text: "Every reason, each with its place."},
	"Problem.findings":        {text: "Of a write that rules in mode Enforce refuse."},
	"Event.seq":               {text: "The event's number; grows, may skip."},
	"Event.by":                {text: "Who did it."},
	"EventPage.last":          {text: "The log is read up to here: go on with after=last."},
	"Module.digest":           {text: "sha256:<hex> of the bytes."},
	"Module.size":             {text: "Bytes."},
	"Module.checks":           {text: "What the module can check, in its own words."},
	"Module.rules":            {text: "The rules that run it."},
	"Check.type":              {text: "Absent: the rule says which.", enum: []string{"Quality", "Segmentation"}},
	"Check.settings":          {text: "JSON Schema of the settings."},
	"Check.messages":          {text: "Templates by finding code and language."},
	"Health.status":           {enum: []string{"ok", "ready"}},
	"ImportSummary.errors":    {text: "The first 1,000 reasons."},
	"ImportSummary.failed":    {text: "Records that were not taken; nothing of them is stored."},
	"WriteAnswer.findings":    {text: "What the rules say of the client as it is now."},
	"Client.addresses":        {text: "Postal addresses."},
	"Client.nextContactAt":    {text: "When to be in touch next."},
	"Client.verifiedAt":       {text: "When somebody last checked the client's particulars."},
	"SegmentView.reason":      {text: "Why the client has the label, in the reader's language."},
	"QualityItem.findings":    {text: "What is wrong with the client."},
	"RuleSummary.findings":    {text: "Open findings of the rule."},
	"ImportSummary.created":   {text: "New clients."},
	"ImportSummary.updated":   {text: "Changed clients."},
	"ImportSummary.unchanged": {text: "Records that say what is stored already."},
}
