package formats

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"assay/server/crm"
)

// exportColumn is one column of an exported table. Its title is a wire name,
// so that reading the table gives the same clients (see wireTarget).
type exportColumn struct {
	title string
	value func(*crm.Client) cell
}

// How many rows of a list get columns of their own; WriteOptions sets the
// contacts. What is left goes whole into one column as JSON: contacts[], addresses[] …
const (
	addressColumns   = 2
	requisiteColumns = 1
	contractColumns  = 1
)

func exportColumns(o WriteOptions) []exportColumn {
	return slices.Concat(
		generalColumns(),
		channelColumns(),
		contactColumns(o.Contacts),
		addressRowColumns(),
		requisiteRowColumns(),
		contractRowColumns(),
		propertyColumns(o.Properties),
		fieldColumns(o.Fields),
		otherColumns(),
		serverColumns(),
	)
}

func textOf(title string, get func(*crm.Client) string) exportColumn {
	return exportColumn{title, func(c *crm.Client) cell { return cell{text: get(c)} }}
}

func numberOf(title string, get func(*crm.Client) string) exportColumn {
	return exportColumn{title, func(c *crm.Client) cell { return cell{text: get(c), kind: numberCell} }}
}

func dateOf(title string, get func(*crm.Client) crm.Date) exportColumn {
	return exportColumn{title, func(c *crm.Client) cell { return cell{text: get(c).String(), kind: dateCell} }}
}

func wordsOf(title string, get func(*crm.Client) []string) exportColumn {
	return textOf(title, func(c *crm.Client) string { return joinWords(get(c)) })
}

// joinWords writes a list for splitWords.
func joinWords(words []string) string {
	var b []byte
	for i, w := range words {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = appendPart(b, w, ",;")
	}
	return string(b)
}

func generalColumns() []exportColumn {
	return []exportColumn{
		numberOf("id", func(c *crm.Client) string { return strconv.FormatInt(c.ID, 10) }),
		textOf("externalId", func(c *crm.Client) string { return c.ExternalID }),
		textOf("kind", func(c *crm.Client) string { return c.Kind }),
		textOf("name", func(c *crm.Client) string { return c.Name }),
		textOf("legalForm", func(c *crm.Client) string { return c.LegalForm }),
		textOf("taxId", func(c *crm.Client) string { return c.TaxID }),
		textOf("registrationNumber", func(c *crm.Client) string { return c.RegistrationNumber }),
		textOf("country", func(c *crm.Client) string { return c.Country }),
		textOf("region", func(c *crm.Client) string { return c.Region }),
		textOf("holding", func(c *crm.Client) string { return c.Holding }),
		wordsOf("industries", func(c *crm.Client) []string { return c.Industries }),
		textOf("companySize", func(c *crm.Client) string { return c.CompanySize }),
		textOf("dealPotential", func(c *crm.Client) string { return c.DealPotential }),
		textOf("solvency", func(c *crm.Client) string { return c.Solvency }),
		textOf("source", func(c *crm.Client) string { return c.Source }),
		textOf("stage", func(c *crm.Client) string { return c.Stage }),
		textOf("importance", func(c *crm.Client) string { return c.Importance }),
		textOf("status", func(c *crm.Client) string { return c.Status }),
		textOf("manager", func(c *crm.Client) string { return c.Manager }),
		wordsOf("managers", func(c *crm.Client) []string { return c.Managers }),
	}
}

func channelColumns() []exportColumn {
	var columns []exportColumn
	for _, kind := range channelTypes {
		columns = append(columns, textOf("channels."+kind, func(c *crm.Client) string {
			return joinChannels(c.Channels, func(t string) bool { return t == kind }, false)
		}))
	}
	return columns
}

func joinChannels(channels []crm.Channel, of func(kind string) bool, withType bool) string {
	var b []byte
	for _, c := range channels {
		if of(c.Type) {
			b = appendEntry(b, c, withType)
		}
	}
	return string(b)
}

func contactColumns(n int) []exportColumn {
	var columns []exportColumn
	for i := range n {
		title := fmt.Sprintf("contacts[%d].", i)
		of := func(get func(*crm.Contact) string) func(*crm.Client) string {
			return func(c *crm.Client) string {
				if i >= len(c.Contacts) {
					return ""
				}
				return get(&c.Contacts[i])
			}
		}
		columns = append(columns,
			textOf(title+"name", of(func(c *crm.Contact) string { return c.Name })),
			textOf(title+"jobTitle", of(func(c *crm.Contact) string { return c.JobTitle })),
			textOf(title+"decisionRole", of(func(c *crm.Contact) string { return c.DecisionRole })),
			dateOf(title+"birthday", func(c *crm.Client) crm.Date {
				if i >= len(c.Contacts) {
					return crm.Date{}
				}
				return c.Contacts[i].Birthday
			}),
			textOf(title+"channels.phone", of(func(c *crm.Contact) string {
				return joinChannels(c.Channels, func(t string) bool { return t == "phone" }, false)
			})),
			textOf(title+"channels.email", of(func(c *crm.Contact) string {
				return joinChannels(c.Channels, func(t string) bool { return t == "email" }, false)
			})),
			textOf(title+"channels.other", of(func(c *crm.Contact) string {
				return joinChannels(c.Channels, func(t string) bool { return t != "phone" && t != "email" }, true)
			})),
		)
	}
	return append(columns, textOf("contacts[]", func(c *crm.Client) string { return restOf(c.Contacts, n) }))
}

// restOf returns the rows from index n on as a JSON array, "" for none.
func restOf[T any](rows []T, n int) string {
	if len(rows) <= n {
		return ""
	}
	return string(jsonOf(rows[n:]))
}

// jsonOf returns v as JSON; what JSON has no form for, a number that is none, is null.
func jsonOf(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		return []byte("null")
	}
	return b
}

// rowColumn is a column of field of the row at index i.
func rowColumn[T any](title string, i int, rows func(*crm.Client) []T, get func(*T) cell) exportColumn {
	return exportColumn{title, func(c *crm.Client) cell {
		list := rows(c)
		if i >= len(list) {
			return cell{}
		}
		return get(&list[i])
	}}
}

func addressRowColumns() []exportColumn {
	var columns []exportColumn
	rows := func(c *crm.Client) []crm.Address { return c.Addresses }
	for i := range addressColumns {
		title := fmt.Sprintf("addresses[%d].", i)
		columns = append(columns,
			rowColumn(title+"type", i, rows, func(a *crm.Address) cell { return cell{text: a.Type} }),
			rowColumn(title+"text", i, rows, func(a *crm.Address) cell { return cell{text: a.Text} }),
			rowColumn(title+"city", i, rows, func(a *crm.Address) cell { return cell{text: a.City} }),
			rowColumn(title+"postalCode", i, rows, func(a *crm.Address) cell { return cell{text: a.PostalCode} }),
		)
	}
	return append(columns, textOf("addresses[]", func(c *crm.Client) string { return restOf(c.Addresses, addressColumns) }))
}

func requisiteRowColumns() []exportColumn {
	var columns []exportColumn
	rows := func(c *crm.Client) []crm.Requisite { return c.Requisites }
	for i := range requisiteColumns {
		title := fmt.Sprintf("requisites[%d].", i)
		columns = append(columns,
			rowColumn(title+"bank", i, rows, func(r *crm.Requisite) cell { return cell{text: r.Bank} }),
			rowColumn(title+"bic", i, rows, func(r *crm.Requisite) cell { return cell{text: r.BIC} }),
			rowColumn(title+"account", i, rows, func(r *crm.Requisite) cell { return cell{text: r.Account} }),
		)
	}
	return append(columns, textOf("requisites[]", func(c *crm.Client) string { return restOf(c.Requisites, requisiteColumns) }))
}

func contractRowColumns() []exportColumn {
	var columns []exportColumn
	rows := func(c *crm.Client) []crm.Contract { return c.Contracts }
	for i := range contractColumns {
		title := fmt.Sprintf("contracts[%d].", i)
		columns = append(columns,
			rowColumn(title+"number", i, rows, func(k *crm.Contract) cell { return cell{text: k.Number} }),
			rowColumn(title+"startsOn", i, rows, func(k *crm.Contract) cell { return cell{text: k.StartsOn.String(), kind: dateCell} }),
			rowColumn(title+"endsOn", i, rows, func(k *crm.Contract) cell { return cell{text: k.EndsOn.String(), kind: dateCell} }),
			rowColumn(title+"amount", i, rows, func(k *crm.Contract) cell { return amountCell(k.Amount) }),
		)
	}
	return append(columns, textOf("contracts[]", func(c *crm.Client) string { return restOf(c.Contracts, contractColumns) }))
}

// amountCell leaves out a zero, which is what an amount not given reads as.
func amountCell(m crm.Money) cell {
	if m == 0 {
		return cell{}
	}
	return cell{text: m.String(), kind: numberCell}
}

func propertyColumns(names []string) []exportColumn {
	var columns []exportColumn
	for _, name := range names {
		columns = append(columns, textOf("properties."+name, func(c *crm.Client) string { return c.Properties[name] }))
	}
	return append(columns, textOf("properties{}", func(c *crm.Client) string { return otherMembers(c.Properties, names) }))
}

func fieldColumns(names []string) []exportColumn {
	var columns []exportColumn
	for _, name := range names {
		columns = append(columns, exportColumn{"fields." + name, func(c *crm.Client) cell { return valueCell(c.Fields[name]) }})
	}
	return append(columns, textOf("fields{}", func(c *crm.Client) string { return otherMembers(c.Fields, names) }))
}

func valueCell(v crm.Value) cell {
	switch v.Type {
	case crm.FieldString:
		return cell{text: v.Text}
	case crm.FieldNumber:
		return cell{text: string(appendNumber(nil, v.Number)), kind: numberCell}
	case crm.FieldInteger:
		return cell{text: strconv.FormatInt(v.Integer, 10), kind: numberCell}
	case crm.FieldBool:
		return cell{text: strconv.FormatBool(v.Integer != 0), kind: boolCell}
	case crm.FieldDate:
		return cell{text: crm.DateFromUnixMilli(v.Integer).String(), kind: dateCell}
	case crm.FieldTime:
		return cell{text: crm.TimeFromUnixMilli(v.Integer).String()}
	}
	return cell{}
}

// otherMembers returns the members without a column as a JSON object, "" for none.
func otherMembers[V any](m map[string]V, named []string) string {
	b := []byte{'{'}
	for _, key := range sortedKeys(m) {
		if slices.Contains(named, key) {
			continue
		}
		b = append(appendKey(b, key), jsonOf(m[key])...)
	}
	if len(b) == 1 {
		return ""
	}
	return string(append(b, '}'))
}

func otherColumns() []exportColumn {
	return []exportColumn{
		wordsOf("categories", func(c *crm.Client) []string { return c.Categories }),
		wordsOf("tags", func(c *crm.Client) []string { return c.Tags }),
		dateOf("birthday", func(c *crm.Client) crm.Date { return c.Birthday }),
		textOf("workHours", func(c *crm.Client) string { return c.WorkHours }),
		textOf("callWindow", func(c *crm.Client) string { return c.CallWindow }),
		textOf("nextContactAt", func(c *crm.Client) string { return c.NextContactAt.String() }),
		{"unsubscribed", func(c *crm.Client) cell { return cell{text: strconv.FormatBool(c.Unsubscribed), kind: boolCell} }},
		textOf("notes", func(c *crm.Client) string { return c.Notes }),
	}
}

// serverColumns are for reading: in a file that comes in they are ignored.
func serverColumns() []exportColumn {
	return []exportColumn{
		numberOf("activity.interactions", func(c *crm.Client) string { return strconv.FormatInt(c.Activity.Interactions, 10) }),
		textOf("activity.lastInteractionAt", func(c *crm.Client) string { return c.Activity.LastInteractionAt.String() }),
		numberOf("activity.purchases", func(c *crm.Client) string { return strconv.FormatInt(c.Activity.Purchases, 10) }),
		numberOf("activity.revenue", func(c *crm.Client) string { return c.Activity.Revenue.String() }),
		textOf("activity.firstPurchaseAt", func(c *crm.Client) string { return c.Activity.FirstPurchaseAt.String() }),
		textOf("activity.lastPurchaseAt", func(c *crm.Client) string { return c.Activity.LastPurchaseAt.String() }),
		numberOf("completeness", func(c *crm.Client) string { return strconv.FormatInt(c.Completeness, 10) }),
		numberOf("revision", func(c *crm.Client) string { return strconv.FormatInt(c.Revision, 10) }),
		textOf("createdAt", func(c *crm.Client) string { return c.CreatedAt.String() }),
		textOf("updatedAt", func(c *crm.Client) string { return c.UpdatedAt.String() }),
		textOf("verifiedAt", func(c *crm.Client) string { return c.VerifiedAt.String() }),
	}
}
