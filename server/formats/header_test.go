package formats_test

import (
	"errors"
	"strings"
	"testing"

	"assay/server/crm"
	"assay/server/formats"
)

// Every title alone, and what a cell "x" under it says.
func TestTitles(t *testing.T) {
	text := func(field string) string { return `"` + field + `":"x"` }
	channel := func(kind, label string) string {
		if label != "" {
			return `"channels":[{"type":"` + kind + `","value":"x","label":"` + label + `"}]`
		}
		return `"channels":[{"type":"` + kind + `","value":"x"}]`
	}
	contact := func(member string) string { return `"contacts":[{` + member + `}]` }
	address := func(kind, field string) string {
		if kind != "" {
			return `"addresses":[{"type":"` + kind + `","` + field + `":"x"}]`
		}
		return `"addresses":[{"` + field + `":"x"}]`
	}
	for want, titles := range map[string]string{
		text("name"):               "Наименование|НАЗВАНИЕ|Компания|Клиент|Контрагент|Назва|Найменування|Компанія|Company|Company name|Customer|Name|Имя|Ім’я|Полное наименование",
		text("taxId"):              "ИНН|инн |И.Н.Н.|ІПН|ЄДРПОУ|Код ЄДРПОУ|РНОКПП|Tax ID|tax_id|taxid|VAT number",
		text("registrationNumber"): "ОГРН|ОГРНИП|Регистрационный номер|Registration number",
		text("externalId"):         "Внешний код|Код|ID 1С|Код 1С|Зовнішній код|External ID|Client ID|ID|GUID",
		text("region"):             "Регион|Область|Регіон|Region|State",
		text("country"):            "Страна|Країна|Country",
		text("source"):             "Источник|Джерело|Lead source",
		text("status"):             "Статус|Состояние|Status",
		text("stage"):              "Стадия|Этап сделки|Етап|Stage",
		text("importance"):         "Важность|Приоритет|Priority",
		text("manager"):            "Ответственный|Менеджер|Відповідальний|Manager|Owner|Assigned to",
		text("notes"):              "Комментарий|Примечание|Примечания|Коментар|Примітка|Notes|Comment|Описание",
		text("legalForm"):          "ОПФ|Форма собственности|Организационно-правовая форма|Legal form",
		text("workHours"):          "Часы работы|Режим работы|Години роботи|Working hours",
		`"tags":["x"]`:             "Теги|Тэги|Мітки|Tags",
		`"categories":["x"]`:       "Категория|Категории|Группа|Categories",
		`"industries":["x"]`:       "Отрасль|Вид деятельности|Галузь|Industry",
		`"managers":["x"]`:         "Менеджеры|managers",

		channel("phone", ""):                "Телефон|Телефон 2|телефон2|Телефоны|тел.|Phone|Phone number|Номер телефону|Телефон №3",
		channel("phone", "work"):            "Рабочий телефон|Раб. тел.|Робочий телефон|Business Phone|Business Phone 2",
		channel("phone", "mobile"):          "Моб.|Мобильный телефон|Мобільний|Mobile Phone|Сот. телефон",
		channel("phone", "fax"):             "Факс|Fax",
		channel("email", ""):                "E-mail|Email|e mail|Почта|Эл. почта|Электронная почта|Ел. пошта|E-mail Address|E-mail 2 Address",
		channel("site", ""):                 "Сайт|Веб-сайт|Website|URL",
		channel("messenger", "telegram"):    "Telegram|Телеграм",
		channel("social", "vk"):             "ВКонтакте|VK",
		channel("other", ""):                "Контакты|Контактні дані",
		contact(`"name":"x"`):               "Контактное лицо|Контактна особа|Contact person|Контакт|ФИО контактного лица|Контактное лицо: ФИО",
		contact(`"jobTitle":"x"`):           "Должность|Посада|Job title|Контакт: должность|Должность контактного лица|Contact: job title",
		contact(`"decisionRole":"x"`):       "Роль в принятии решения|Decision role",
		contact(channel("phone", "")):       "Контактное лицо: телефон|Телефон контактного лица|Contact phone|Телефон контакта",
		contact(channel("email", "")):       "Контакт: e-mail|E-mail контактного лица|Contact email",
		address("", "text"):                 "Адрес|Адреса|Address",
		address("", "city"):                 "Город|Місто|City|Населенный пункт",
		address("", "postalCode"):           "Индекс|Почтовый индекс|ZIP|Postal code",
		address("legal", "text"):            "Юридический адрес|Юр. адрес|Юридична адреса|Legal address",
		address("actual", "text"):           "Фактический адрес|Факт. адрес|Office address",
		address("delivery", "text"):         "Адрес доставки|Shipping address",
		`"requisites":[{"bank":"x"}]`:       "Банк|Bank name",
		`"requisites":[{"bic":"x"}]`:        "БИК|МФО|BIC",
		`"requisites":[{"account":"x"}]`:    "Р/с|р/сч|Расчётный счёт|Расчетный счет|IBAN",
		`"contracts":[{"number":"x"}]`:      "Номер договора|№ договора|Договор №|Contract number",
		`"properties":{"loyalty":"x"}`:      "properties.loyalty",
		`"fields":{"gln":"x"}`:              "fields.gln|gln|GLN",
		`"fields":{"dataLitsenzii":"x"}`:    "Дата лицензии|дата  лицензии",
		`"fields":{"kpp":"x"}`:              "КПП",
		`"fields":{"f2GISRating":"x"}`:      "",
		`"fields":{"kolVoMashin":"x"}`:      "Кол-во машин",
		`"fields":{"prizvyshcheBukhh":"x"}`: "",
	} {
		for title := range strings.SplitSeq(titles, "|") {
			if title == "" || title == "р/сч" {
				continue
			}
			// a column "kind" makes the table known without saying anything
			got := readCSV(t, "kind;"+title+"\n;x\n", formats.Options{})
			if got.err != nil || len(got.docs) != 1 {
				t.Errorf("%q: err %v, line errors %v", title, got.err, got.errs)
				continue
			}
			if got.docs[0] != "{"+want+"}" {
				sameJSON(t, got.docs[0], "{"+want+"}")
			}
			if t.Failed() {
				t.Fatalf("the title was %q", title)
			}
		}
	}
}

func TestContactColumns(t *testing.T) {
	for _, c := range []struct{ name, header, line, want string }{
		{"one", "Компания;Контактное лицо;Должность;Контакт: телефон", "А;Иванов;директор;+79161234567",
			`{"name":"А","contacts":[{"name":"Иванов","jobTitle":"директор","channels":[{"type":"phone","value":"+79161234567"}]}]}`},
		{"numbered", "Компания;Контактное лицо;Контактное лицо 2;Должность;Должность 2;Контактное лицо 2: e-mail", "А;Иванов;Петров;директор;бухгалтер;p@a.example",
			`{"name":"А","contacts":[{"name":"Иванов","jobTitle":"директор"},{"name":"Петров","jobTitle":"бухгалтер","channels":[{"type":"email","value":"p@a.example"}]}]}`},
		{"numbered from one", "Компания;Контакт 1;Контакт 2;Телефон контакта 1;Телефон контакта 2", "А;Иванов;Петров;+79161234567;+79161234568",
			`{"name":"А","contacts":[{"name":"Иванов","channels":[{"type":"phone","value":"+79161234567"}]},{"name":"Петров","channels":[{"type":"phone","value":"+79161234568"}]}]}`},
		{"repeated", "Компания;Контактное лицо;Должность;Телефон контакта;Контактное лицо;Должность;Телефон контакта", "А;Иванов;директор;+79161234567;Петров;бухгалтер;+79161234568",
			`{"name":"А","contacts":[{"name":"Иванов","jobTitle":"директор","channels":[{"type":"phone","value":"+79161234567"}]},{"name":"Петров","jobTitle":"бухгалтер","channels":[{"type":"phone","value":"+79161234568"}]}]}`},
		{"second phone of one", "Компания;Контакт;Контакт: телефон;Контакт: телефон 2", "А;Иванов;+79161234567;+79161234568",
			`{"name":"А","contacts":[{"name":"Иванов","channels":[{"type":"phone","value":"+79161234567"},{"type":"phone","value":"+79161234568"}]}]}`},
		{"by post", "Компания;Контактное лицо;Директор;Главный бухгалтер", "А;Иванов;Петров;",
			`{"name":"А","contacts":[{"name":"Иванов"},{"name":"Петров","jobTitle":"Директор"}]}`},
		{"person beside a company", "Компания;ФИО;Должность", "А;Иванов;директор", `{"name":"А","contacts":[{"name":"Иванов","jobTitle":"директор"}]}`},
		{"name beside a company", "Company;Name;Job Title", "Acme;John;CEO", `{"name":"Acme","contacts":[{"name":"John","jobTitle":"CEO"}]}`},
		{"person without a company", "ФИО;Телефон", "Иванов Иван;+79161234567", `{"name":"Иванов Иван","kind":"person","channels":[{"type":"phone","value":"+79161234567"}]}`},
		{"parts of a name", "Фамилия;Имя;Отчество", "Иванов;Иван;Иванович", `{"name":"Иванов Иван Иванович","kind":"person"}`},
		{"address book", "First Name,Middle Name,Last Name,Company,Mobile Phone,Birthday", "Ann,,Lee,,+12025550123,1980-01-31",
			`{"name":"Ann Lee","kind":"person","birthday":"1980-01-31","channels":[{"type":"phone","value":"+12025550123","label":"mobile"}]}`},
		{"birthday of the contact", "Компания;Контактное лицо;Дата рождения", "А;Иванов;31.01.1980", `{"name":"А","contacts":[{"name":"Иванов","birthday":"1980-01-31"}]}`},
		{"birthday without the contact", "Компания;Контактное лицо;Дата рождения", "А;;31.01.1980", `{"name":"А","birthday":"1980-01-31"}`},
		{"city of the only address", "Компания;Город;Индекс;Юридический адрес", "А;Тула;300000;ул. Мира, 1",
			`{"name":"А","addresses":[{"type":"legal","text":"ул. Мира, 1","city":"Тула","postalCode":"300000"}]}`},
		{"two addresses", "Компания;Адрес;Город;Юридический адрес", "А;ул. Мира, 1;Тула;ул. Лесная, 2",
			`{"name":"А","addresses":[{"text":"ул. Мира, 1","city":"Тула"},{"type":"legal","text":"ул. Лесная, 2"}]}`},
		{"requisites", "Компания;Банк;БИК;Р/с", "А;Первый банк;044525225;40702810900000000001",
			`{"name":"А","requisites":[{"bank":"Первый банк","bic":"044525225","account":"40702810900000000001"}]}`},
		{"contract", "Компания;№ договора;Дата договора;Договор до;Сумма договора", "А;12/3;01.02.2026;31.01.2027;1 000,50",
			`{"name":"А","contracts":[{"number":"12/3","startsOn":"2026-02-01","endsOn":"2027-01-31","amount":1000.5}]}`},
		{"tax id with kpp", "Компания;ИНН/КПП", "А;7707083893/770701001", `{"name":"А","taxId":"7707083893","fields":{"kpp":"770701001"}}`},
		{"row numbers", "№;Компания", "1;А", `{"name":"А"}`},
		{"weak beside strong", "ЄДРПОУ;Компанія;Повна назва;VAT", "32855961;А;ТОВ А;1", `{"taxId":"32855961","name":"А","fields":{"povnaNazva":"ТОВ А","vat":"1"}}`},
		{"own id beside the external", "id;externalId;name;revision", "5;k-5;А;7", `{"externalId":"k-5","name":"А"}`},
		{"wire rows before titles", "contacts[0].name;Контактное лицо;name", "А;Б;В", `{"name":"В","contacts":[{"name":"А"},{"name":"Б"}]}`},
		{"untitled column", "name;;notes", "А;x;y", `{"name":"А","notes":"y","fields":{"column2":"x"}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			sameDocs(t, readCSV(t, c.header+"\n"+c.line+"\n", formats.Options{}), c.want)
		})
	}
}

func TestHeaderRefusals(t *testing.T) {
	for _, c := range []struct {
		name, header, code string
		mentions           []string
	}{
		{"nothing known", "a1;b2;c3", "no_header", []string{`"a1"`, "name;taxId"}},
		{"data without a header", "ООО «Ромашка»;7707083893;Москва", "no_header", []string{"Ромашка"}},
		{"two names", "Наименование;Компания;ИНН;Tax ID", "duplicate_columns", []string{`"Наименование"`, `"Компания"`, "both hold name", "both hold taxId"}},
		{"two custom fields", "name;Дата лицензии;дата-лицензии", "duplicate_columns", []string{"fields.dataLitsenzii"}},
		{"wire and words", "name;contacts[0].jobTitle;contacts[0].jobTitle", "duplicate_columns", []string{"contacts[0].jobTitle"}},
		{"unreadable", "\"name;taxId", "no_header", []string{"quoted cell"}},
		{"too many columns", strings.Repeat("name;", 2000) + "x", "too_many_columns", []string{"2001"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			wantFileError(t, readCSV(t, c.header+"\n", formats.Options{}).err, c.code, c.mentions...)
		})
	}
}

func TestUnknownColumnsRefused(t *testing.T) {
	o := formats.Options{
		Unknown:  formats.UnknownAsError,
		Declared: map[string]crm.FieldType{"licenceUntil": crm.FieldDate},
		Labels:   map[string]string{"Лицензия до": "licenceUntil"},
	}
	got := readCSV(t, "Наименованее;ИНН;Лицензия до;Zzzzzz;Телефонн\n", o)
	wantFileError(t, got.err, "unknown_columns", `"Наименованее" (did you mean "Наименование"?)`, `"Zzzzzz"`, `"Телефонн" (did you mean "Телефон"?)`, "unknown=field")
	var fe *formats.FileError
	if errors.As(got.err, &fe) && strings.Contains(fe.Message, "Лицензия") {
		t.Errorf("a declared field is refused: %s", fe.Message)
	}
	got = readCSV(t, "Наименование;Лицензия до\nА;31.12.2026\n", o)
	sameDocs(t, got, `{"name":"А","fields":{"licenceUntil":"2026-12-31"}}`)
	got = readCSV(t, "Наименование;;ИНН\nА;;1\nБ;x;2\n", o)
	wantLineErrors(t, got.errs, formats.LineError{Line: 3, Code: "too_many_cells", Message: "without a title"})
}

func FuzzHeader(f *testing.F) {
	f.Add("Контактное лицо 2: телефон 1;Должность;Директор;Город;Фамилия", true)
	f.Add("contacts[99].channels.email;addresses[0].city;fields.a;properties.;contacts[];fields{}", false)
	f.Add("ИНН/КПП;№;ё;Ё;Дата рождения;Тип;;", true)
	f.Fuzz(func(t *testing.T, header string, refuse bool) {
		o := formats.Options{Format: formats.CSV, Declared: map[string]crm.FieldType{"a": crm.FieldNumber}, Labels: map[string]string{"А": "a"}}
		if refuse {
			o.Unknown = formats.UnknownAsError
		}
		read(t, strings.NewReader("name;"+header+"\nx"+strings.Repeat(";1", 20)+"\n"), o)
	})
}
