package rest

// The examples of the document.

const exampleDigest = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

type object = map[string]any

var (
	exampleInput = object{
		"externalId": "1c-000123", "kind": "company", "name": "ООО «Ромашка»", "taxId": "7707083893", "region": "Москва", "manager": "ivanov",
		"channels": []any{object{"type": "phone", "value": "8 (495) 748-01-13", "label": "office"}},
		"contacts": []any{object{"name": "Семакова Лидия Васильевна", "jobTitle": "бухгалтер"}},
		"tags":     []any{"vip"}, "fields": object{"licenceUntil": "2027-01-01"},
	}
	exampleClient = object{
		"id": 1042, "externalId": "1c-000123", "revision": 7, "kind": "company", "name": "ООО «Ромашка»", "taxId": "7707083893", "region": "Москва", "manager": "ivanov",
		"channels":     []any{object{"id": "h1", "type": "phone", "value": "+74957480113", "raw": "8 (495) 748-01-13", "label": "office", "state": "unverified", "checkedAt": nil}},
		"contacts":     []any{object{"id": "c7", "name": "Семакова Лидия Васильевна", "jobTitle": "", "channels": []any{}}},
		"completeness": 80, "createdAt": "2026-03-02T09:15:00Z", "updatedAt": "2026-03-09T11:40:00Z",
	}
	exampleFinding = object{
		"id": "1042:contact-job-title:contact-job-title:c7", "rule": "contact-job-title", "code": "contact-job-title", "severity": "warning",
		"path": "contacts[0].jobTitle", "rowId": "c7", "message": "Семакова Лидия Васильевна has no job title", "suggest": nil,
		"since": "2026-03-02T09:15:00Z", "assignee": "", "due": nil, "waivedUntil": nil,
	}
	exampleWriteAnswer    = object{"client": exampleClient, "findings": []any{exampleFinding}}
	exampleSegment        = object{"rule": "size", "label": "large", "title": "Large", "reason": "company size is large"}
	exampleSegmentSummary = object{"rule": "size", "label": "large", "title": "Large", "clients": 1204, "pending": 0}
	exampleReport         = object{
		"asOf": "2026-03-09T11:40:00Z", "clients": 100000, "violating": 7120, "pending": 0, "score": 0.93,
		"rules": []any{object{"name": "contact-job-title", "severity": "warning", "state": "current", "clients": 3020, "findings": 4411, "errors": 0}},
		"items": []any{object{"client": object{"id": 1042, "name": "ООО «Ромашка»", "manager": "ivanov"}, "findings": []any{exampleFinding}}},
		"next":  "AAAAAAAABBI",
	}
	exampleLife        = object{"assignee": "petrov", "due": "2026-03-20", "note": "asked by phone"}
	exampleWaiver      = object{"id": "1042:tax-id", "rule": "tax-id", "client": 1042, "until": "2026-12-31", "reason": "a branch of a foreign company", "by": "ivanov", "at": "2026-03-09T11:40:00Z"}
	exampleWaiverInput = object{"rule": "tax-id", "filter": `client.country != "RU"`, "until": "2026-12-31", "reason": "foreign companies have none"}
	exampleHistory     = object{"id": "1042:contact-job-title:contact-job-title:c7", "rule": "contact-job-title", "code": "contact-job-title", "rowId": "c7", "openedAt": "2026-03-02T09:15:00Z",
		"closedAt": "2026-03-09T11:40:00Z", "reason": "fixed", "by": "ivanov",
		"changes": []any{object{"at": "2026-03-03T10:00:00Z", "type": "changed", "by": "lead", "assignee": "ivanov", "due": "2026-03-20", "waivedUntil": nil}}}
	exampleTrend = object{"items": []any{object{"date": "2026-03-08", "at": "2026-03-07T21:00:01Z", "clients": 99000, "violating": 7300, "score": 0.92, "pending": 0},
		object{"date": "2026-03-09", "at": "2026-03-08T21:00:01Z", "clients": 100000, "violating": 7120, "score": 0.93, "pending": 0}}, "gaps": []any{}}
	exampleDiff = object{"rule": "contact-job-title", "version": "manifest", "asOf": "2026-03-09T11:40:00Z", "clients": 100000, "judged": 100000, "partial": false, "errors": 0,
		"opened": object{"findings": 412, "clients": 380, "bySeverity": object{"warning": 412}, "byManager": object{"ivanov": 400, "": 12}, "bySource": object{"site": 412},
			"sample": []any{object{"client": object{"id": 1042, "name": "ООО «Ромашка»", "manager": "ivanov"}, "finding": exampleFinding}}},
		"closed":  object{"findings": 0, "clients": 0, "bySeverity": object{}, "byManager": object{}, "bySource": object{}, "sample": []any{}},
		"changed": object{"findings": 0, "clients": 0, "bySeverity": object{}, "byManager": object{}, "bySource": object{}, "sample": []any{}}}
	exampleSummary = object{"created": 9120, "updated": 811, "unchanged": 60, "failed": 9,
		"errors": []any{object{"line": 4107, "field": "birthday", "code": "invalid_date", "message": "\"31.02.1990\" is not a date that exists; write it as 2027-01-31 or 31.01.2027"}}}
	exampleRule = object{
		"apiVersion": "assay/v1", "kind": "Rule", "metadata": object{"name": "contact-job-title"},
		"spec": object{"type": "Quality", "severity": "warning", "match": `client.kind == "company"`,
			"forEach": object{"in": "client.contacts", "as": "contact"}, "require": `contact.jobTitle != ""`, "path": "contacts[].jobTitle",
			"message": object{"en": "{{ contact.name }} has no job title", "ru": "У контактного лица {{ contact.name }} не указана должность"}},
	}
	exampleRuleStatus = object{"apiVersion": "assay/v1", "kind": "Rule", "metadata": object{"name": "contact-job-title"}, "spec": exampleRule["spec"],
		"status": object{"observedGeneration": 3, "module": exampleDigest, "conditions": []any{object{"type": "Ready", "status": "True"}}}}
	exampleField = object{"apiVersion": "assay/v1", "kind": "Field", "metadata": object{"name": "licenceUntil"},
		"spec": object{"type": "date", "label": object{"en": "Licence until", "ru": "Лицензия до"}}}
	exampleDictionary = object{"apiVersion": "assay/v1", "kind": "Dictionary", "metadata": object{"name": "stages"},
		"spec": object{"of": "stage", "values": []any{object{"value": "lead"}, object{"value": "negotiation"}, object{"value": "won"}}}}
	exampleRevision = object{"revision": 3, "at": "2026-03-09T11:40:00Z", "by": "ivanov", "change": "rolled back to 1", "current": true, "object": exampleRule}

	exampleWebhook = object{"apiVersion": "assay/v1", "kind": "Webhook", "metadata": object{"name": "crm"},
		"spec": object{"url": "https://example.com/hook", "events": []any{"finding.*", "client.updated"}, "filter": `client.region == "Москва"`}}
	exampleWebhookStatus = object{"apiVersion": "assay/v1", "kind": "Webhook", "metadata": object{"name": "crm"}, "spec": exampleWebhook["spec"],
		"status": object{"conditions": []any{object{"type": "Ready", "status": "True", "reason": "Sending"}}, "cursor": 5121, "pending": 0, "deadLetters": 0, "delivered": 118, "failures": 2}}
	exampleLibraryRule = object{"name": "stale-verification", "title": object{"en": "The data were not verified for too long"}, "severity": "warning", "path": "verifiedAt",
		"settings": object{"type": "object", "additionalProperties": false, "properties": object{"days": object{"type": "integer", "minimum": 1, "maximum": 36500, "default": 180}}},
		"message":  object{"en": "Not verified for more than {{ settings.days }} days. Check the data and say so."}}
	exampleModule = object{"digest": exampleDigest, "size": 2048, "addedAt": "2026-03-02T09:15:00Z",
		"checks": []any{object{"name": "licence", "type": "Quality"}}, "rules": []any{"pharmacy-licence"}, "deterministic": true}
	exampleModuleResource = object{"apiVersion": "assay/v1", "kind": "Module", "metadata": object{"name": exampleDigest, "creationTimestamp": "2026-03-02T09:15:00Z"},
		"spec":   object{"size": 2048, "checks": []any{object{"name": "licence", "type": "Quality"}}},
		"status": object{"conditions": []any{object{"type": "Ready", "status": "True"}}, "usedBy": []any{"pharmacy-licence"}}}
	exampleSweep = object{"state": "running", "done": 640000, "total": 1000000, "startedAt": "2026-03-09T11:40:00Z", "secondsLeft": 1,
		"rules": []any{object{"name": "contact-job-title", "done": 640000, "total": 1000000, "startedAt": "2026-03-09T11:40:00Z"}}}
	exampleEvents = object{"items": []any{object{"seq": 5121, "at": "2026-03-09T11:40:00Z", "type": "finding.closed", "client": 1042,
		"rule": "contact-job-title", "by": "ivanov", "detail": object{"code": "contact-job-title", "rowId": "c7"}}}, "last": 5121}
)

// rowExamples are rows as they are sent, by list.
var rowExamples = map[string]any{
	"channels":   object{"type": "email", "value": "office@romashka.example", "label": "office"},
	"addresses":  object{"type": "legal", "text": "ул. Ленина, 1", "city": "Москва", "postalCode": "101000"},
	"contacts":   object{"name": "Семакова Лидия Васильевна", "jobTitle": "бухгалтер"},
	"requisites": object{"bank": "Банк", "bic": "044525225", "account": "40702810900000000001"},
	"contracts":  object{"number": "17/2026", "startsOn": "2026-02-01", "endsOn": "2027-01-31", "amount": 150000.50},
}

// Examples of jobs that apply suggestions.
var (
	exampleEdit = map[string]any{"rule": "phone-format", "code": "phone-format", "path": "channels[0].value", "rowId": "h1", "before": "84957480113", "after": "+74957480113", "resolved": true}
	exampleFix  = map[string]any{"id": "0193532e-7c00-7a5e-9d3c-2f1b6c5a4e10", "state": "done", "by": "admin", "query": "rule=phone-format", "createdAt": "2026-11-22T09:00:00Z", "endedAt": "2026-11-22T09:00:12Z",
		"total": 1840, "counts": map[string]any{"looked": 1840, "applied": 1811, "unchanged": 20, "refused": 4, "conflicts": 2, "failed": 3, "resolved": 1905}}
	exampleFixPreview = map[string]any{"total": 1840, "looked": 1840, "finished": true, "clients": 1818, "edits": 1912, "unfit": 3,
		"sample": []any{map[string]any{"client": map[string]any{"id": 1042, "name": "ООО «Ромашка»", "manager": "ivanov"}, "edits": []any{exampleEdit}}}}
	exampleFixedClient = map[string]any{"client": 1042, "outcome": "applied", "edits": []any{exampleEdit}, "from": 7, "revision": 8}
)
