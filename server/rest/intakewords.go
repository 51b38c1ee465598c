package rest

import "strings"

// translation is what is said in English elsewhere.
type translation struct{ ru, uk string }

func (t translation) in(language string) string {
	if language == "ru" {
		return t.ru
	}
	return t.uk
}

// nouns are what intake says a value is or should be.
var nouns = map[string]translation{
	"a client, as an object,":             {"объект с данными клиента", "об'єкт із даними клієнта"},
	"an object":                           {"объект", "об'єкт"},
	"a list":                              {"список", "список"},
	"text":                                {"текст", "текст"},
	"a number":                            {"число", "число"},
	"a whole number":                      {"целое число", "ціле число"},
	"true or false":                       {"да или нет (true, false)", "так або ні (true, false)"},
	"a date such as 2027-01-31":           {"дата, например 2027-01-31", "дата, наприклад 2027-01-31"},
	"a time such as 2027-01-31T09:30:00Z": {"время, например 2027-01-31T09:30:00Z", "час, наприклад 2027-01-31T09:30:00Z"},
}

// intakeSentences are intake's sentences, by code and text.
var intakeSentences = map[string]translation{
	"wrong_type":                   {"здесь ожидается {want}, а не {got}", "тут очікується {want}, а не {got}"},
	"wrong_type.custom":            {"своё поле — это текст, число, true или false, а не {got}", "власне поле — це текст, число, true або false, а не {got}"},
	"wrong_type.declared":          {"{value} не подходит: поле объявлено как {want}", "{value} не підходить: поле оголошено як {want}"},
	"wrong_type.unreadable":        {"такое значение нельзя сохранить", "таке значення не можна зберегти"},
	"unknown_field":                {"поля «{name}» здесь нет", "поля «{name}» тут немає"},
	"unknown_field.suggested":      {"поля «{name}» здесь нет; возможно, имелось в виду «{meant}»", "поля «{name}» тут немає; можливо, малося на увазі «{meant}»"},
	"unknown_value":                {"значения «{value}» нет среди допустимых: {allowed}", "значення «{value}» немає серед дозволених: {allowed}"},
	"not_in_dictionary":            {"значения «{value}» нет в справочнике {dictionary}; в нём есть {values}", "значення «{value}» немає в довіднику {dictionary}; у ньому є {values}"},
	"not_in_dictionary.many":       {"значения «{value}» нет в справочнике {dictionary}; в нём есть {values} и ещё {more}", "значення «{value}» немає в довіднику {dictionary}; у ньому є {values} та ще {more}"},
	"invalid_date":                 {"даты «{value}» не существует; пишите 2027-01-31 или 31.01.2027", "дати «{value}» не існує; пишіть 2027-01-31 або 31.01.2027"},
	"invalid_time":                 {"времени «{value}» не существует; пишите 2027-01-31T09:30:00Z", "часу «{value}» не існує; пишіть 2027-01-31T09:30:00Z"},
	"invalid_number.amount":        {"«{value}» — не сумма, такая как 152000.50 (не больше 9e15)", "«{value}» — не сума, така як 152000.50 (не більше 9e15)"},
	"invalid_number.digits":        {"в числе {value} слишком много цифр, чтобы хранить его как число; передайте его текстом", "у числі {value} забагато цифр, щоб зберігати його як число; передайте його текстом"},
	"invalid_key":                  {"имя «{name}» здесь не подходит: сначала буква, затем буквы, цифры, _ или -, не больше 63 байт", "ім'я «{name}» тут не підходить: спочатку літера, потім літери, цифри, _ або -, не більше 63 байтів"},
	"invalid_range":                {"договор кончается {end}, раньше, чем начинается: {start}", "договір закінчується {end}, раніше, ніж починається: {start}"},
	"too_long":                     {"длина текста — {length} байт, хранится не больше {most}", "довжина тексту — {length} байтів, зберігається не більше {most}"},
	"too_many":                     {"хранится не больше {most}", "зберігається не більше {most}"},
	"too_many.entries":             {"в списке может быть не больше {most} значений", "у списку може бути не більше {most} значень"},
	"too_many.rows":                {"в списке может быть не больше {most} строк", "у списку може бути не більше {most} рядків"},
	"too_large.client":             {"данные клиента больше, чем может вместить один клиент", "дані клієнта більші, ніж може вмістити один клієнт"},
	"required.name":                {"у клиента должно быть наименование", "клієнт повинен мати найменування"},
	"required.row":                 {"строка пуста: укажите хотя бы одно значение", "рядок порожній: вкажіть хоча б одне значення"},
	"required.externalId":          {"«{value}» — не внешний код: он пуст или ничего не значит", "«{value}» — не зовнішній код: він порожній або нічого не означає"},
	"conflict.externalId":          {"в документе «{said}», в адресе «{wanted}»; уберите значение из документа или сделайте их равными", "у документі «{said}», в адресі «{wanted}»; приберіть значення з документа або зробіть їх рівними"},
	"conflict.import":              {"этого клиента продолжает изменять кто-то другой; загрузите строку снова позже", "цього клієнта продовжує змінювати хтось інший; завантажте рядок знову пізніше"},
	"duplicate_external_id":        {"этот внешний код уже у другого клиента", "цей зовнішній код вже має інший клієнт"},
	"duplicate_external_id.import": {"внешний код «{id}» уже у другого клиента; чтобы изменить его, загружайте с key=externalId", "зовнішній код «{id}» вже має інший клієнт; щоб змінити його, завантажуйте з key=externalId"},
	"duplicate_external_id.line":   {"клиенту «{id}» уже посвящена одна из строк этого файла выше", "клієнту «{id}» вже присвячено один із рядків цього файлу вище"},
	"refused_by_rule":              {"правило {rule} не допускает сохранения этого клиента", "правило {rule} не допускає збереження цього клієнта"},
	"unstorable":                   {"данные клиента не удалось сохранить ({cause})", "дані клієнта не вдалося зберегти ({cause})"},
	"malformed_json":               {"документ не является правильным JSON: ошибка на байте {byte}", "документ не є правильним JSON: помилка на байті {byte}"},
	"malformed_json.in":            {"документ не является правильным JSON: ошибка на байте {byte}, в {field}", "документ не є правильним JSON: помилка на байті {byte}, у {field}"},
	"malformed_json.cut":           {"документ не является одним полным объектом JSON", "документ не є одним повним об'єктом JSON"},
	"malformed_json.more":          {"после конца документа есть что-то ещё; передайте один объект JSON", "після кінця документа є ще щось; передайте один об'єкт JSON"},
	"duplicate_field":              {"одно из полей документа указано дважды (байт {byte})", "одне з полів документа вказано двічі (байт {byte})"},
	"duplicate_field.in":           {"поле {field} указано дважды (байт {byte})", "поле {field} вказано двічі (байт {byte})"},
}

// kinds are the words that reconcile names things with.
var kinds = map[string]translation{
	"rule":   {"правило", "правило"},
	"field":  {"поле", "поле"},
	"module": {"модуль", "модуль"},
}

// named translates what reconcile calls a thing: its kind and its name, several
// of them joined by "and", and ", which asks for it" after a field.
func named(language, thing string) string {
	if language == languages[0] {
		return thing
	}
	thing, asked := strings.CutSuffix(thing, ", which asks for it")
	var names []string
	for one := range strings.SplitSeq(thing, " and ") {
		kind, name, _ := strings.Cut(one, " ")
		if word, known := kinds[kind]; known {
			kind = word.in(language)
		}
		names = append(names, kind+" "+name)
	}
	joined := strings.Join(names, ", ")
	if asked {
		joined += translation{", которое его задаёт", ", яке його задає"}.in(language)
	}
	return joined
}
