// Command defaults is the default rules of Assay as a module in Go: the same findings as those of
// rules/builtin, which are written in CEL.
package main

import "assay/sdk/go"

func main() {}

// MainManager reports clients that nobody answers for.
var MainManager = assay.Quality("main-manager", mainManager).
	Message("main-manager", assay.Texts{
		"en": "No main manager. Assign one.",
		"ru": "Не назначен основной менеджер. Назначьте ответственного.",
		"uk": "Не призначено основного менеджера. Призначте відповідального.",
	})

func mainManager(_ *assay.NoSettings, client assay.Client, report *assay.Report) {
	if client.Manager() == "" {
		report.Finding("main-manager").Path("manager")
	}
}

// ContactInformation reports clients that have no channel with a value, and no contact with one.
var ContactInformation = assay.Quality("contact-information", contactInformation).
	Message("contact-information", assay.Texts{
		"en": "No contact information. Add a phone, an e-mail or another channel.",
		"ru": "Нет контактных данных. Добавьте телефон, e-mail или другой канал связи.",
		"uk": "Немає контактних даних. Додайте телефон, e-mail або інший канал зв’язку.",
	})

func contactInformation(_ *assay.NoSettings, client assay.Client, report *assay.Report) {
	if reachable(client.Channels()) {
		return
	}
	contacts := client.Contacts()
	for i := range contacts.Len() {
		if reachable(contacts.At(i).Channels()) {
			return
		}
	}
	report.Finding("contact-information").Path("channels")
}

func reachable(channels assay.ChannelRows) bool {
	for i := range channels.Len() {
		if channels.At(i).Value() != "" {
			return true
		}
	}
	return false
}

// ContactPerson reports companies without contacts.
var ContactPerson = assay.Quality("contact-person", contactPerson).
	Message("contact-person", assay.Texts{
		"en": "No contact person. Add at least one.",
		"ru": "Нет контактных лиц. Добавьте хотя бы одно.",
		"uk": "Немає контактних осіб. Додайте хоча б одну.",
	})

func contactPerson(_ *assay.NoSettings, client assay.Client, report *assay.Report) {
	if client.Kind() == assay.ClientKindCompany && client.Contacts().Len() == 0 {
		report.Finding("contact-person").Path("contacts")
	}
}

// ContactJobTitle reports contacts without a job title.
var ContactJobTitle = assay.Quality("contact-job-title", contactJobTitle).
	Message("contact-job-title", assay.Texts{
		"en": "{{ en }} has no job title. Add it.",
		"ru": "У контактного лица {{ ru }} не указана должность. Укажите её.",
		"uk": "У контактної особи {{ uk }} не вказано посаду. Вкажіть її.",
	})

func contactJobTitle(_ *assay.NoSettings, client assay.Client, report *assay.Report) {
	contacts := client.Contacts()
	for i := range contacts.Len() {
		contact := contacts.At(i)
		if contact.JobTitle() != "" {
			continue
		}
		name := contact.Name()
		report.Finding("contact-job-title").Path("contacts[].jobTitle", i).Row(contact.ID()).
			Param("en", or(name, "A contact without a name")).
			Param("ru", or(name, "без имени")).
			Param("uk", or(name, "без імені"))
	}
}

func or(name, instead string) string {
	if name == "" {
		return instead
	}
	return name
}

// TaxID reports companies and sole traders without a tax id.
var TaxID = assay.Quality("tax-id", taxID).
	Message("tax-id", assay.Texts{
		"en": "No tax id. Add it.",
		"ru": "Не указан ИНН. Укажите его.",
		"uk": "Не вказано податковий номер (ЄДРПОУ або РНОКПП). Вкажіть його.",
	})

func taxID(_ *assay.NoSettings, client assay.Client, report *assay.Report) {
	kind := client.Kind()
	if (kind == assay.ClientKindCompany || kind == assay.ClientKindSoleTrader) && client.TaxID() == "" {
		report.Finding("tax-id").Path("taxId")
	}
}
