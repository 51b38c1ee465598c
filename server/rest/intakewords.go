package rest

import (
	"strings"

	"assay/server/crm"
	"assay/server/formats"
)

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

// intakeSentences are intake's sentences, those of lines of files and those of rules' settings, by code and text.
var intakeSentences = map[string]translation{
	"wrong_type":                   {"здесь ожидается {want}, а не {got}", "тут очікується {want}, а не {got}"},
	"wrong_type.custom":            {"своё поле — это текст, число, true или false, а не {got}", "власне поле — це текст, число, true або false, а не {got}"},
	"wrong_type.declared":          {"{value} не подходит: поле объявлено как {want}", "{value} не підходить: поле оголошено як {want}"},
	"wrong_type.unreadable":        {"такое значение нельзя сохранить", "таке значення не можна зберегти"},
	"invalid_settings.missing":     {"настройка не указана", "налаштування не вказано"},
	"invalid_settings.minimum":     {"указано {got}, а допустимо не меньше {want}", "вказано {got}, а дозволено не менше {want}"},
	"invalid_settings.maximum":     {"указано {got}, а допустимо не больше {want}", "вказано {got}, а дозволено не більше {want}"},
	"invalid_settings.above":       {"указано {got}, а нужно больше {want}", "вказано {got}, а потрібно більше {want}"},
	"invalid_settings.below":       {"указано {got}, а нужно меньше {want}", "вказано {got}, а потрібно менше {want}"},
	"invalid_settings.short":       {"длина — {got}, а нужно не меньше {want}", "довжина — {got}, а потрібно не менше {want}"},
	"invalid_settings.long":        {"длина — {got}, а допустимо не больше {want}", "довжина — {got}, а дозволено не більше {want}"},
	"invalid_settings.few":         {"значений {got}, а нужно не меньше {want}", "значень {got}, а потрібно не менше {want}"},
	"invalid_settings.many":        {"значений {got}, а допустимо не больше {want}", "значень {got}, а дозволено не більше {want}"},
	"invalid_settings.enum":        {"допустимы только {want}", "дозволені лише {want}"},
	"invalid_settings.type":        {"здесь ожидается {want}, а не {got}", "тут очікується {want}, а не {got}"},
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
	"too_long.reason":              {"длина причины — {length} знаков, хранится не больше {most}", "довжина причини — {length} знаків, зберігається не більше {most}"},
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
	"cell_error":                   {"столбец «{column}»: в ячейке ошибка формулы {value}; исправьте её или впишите значение", "стовпець «{column}»: у клітинці помилка формули {value}; виправте її або впишіть значення"},
	"lost_digits.zeros":            {"столбец «{column}»: в числе {value} таблица сохранила 15 цифр, остальные заменила нулями; сделайте формат ячейки текстовым и введите значение снова", "стовпець «{column}»: у числі {value} таблиця зберегла 15 цифр, решту замінила нулями; зробіть формат клітинки текстовим і введіть значення знову"},
	"lost_digits.rounded":          {"столбец «{column}»: таблица округлила код до {value}; сделайте формат столбца текстовым или числовым без дробной части и сохраните файл снова", "стовпець «{column}»: таблиця округлила код до {value}; зробіть формат стовпця текстовим або числовим без дробової частини і збережіть файл знову"},
	"invalid_date.cell":            {"столбец «{column}»: даты «{value}» не существует; пишите 2027-01-31 или 31.01.2027", "стовпець «{column}»: дати «{value}» не існує; пишіть 2027-01-31 або 31.01.2027"},
	"invalid_time.cell":            {"столбец «{column}»: «{value}» — не дата со временем; пишите 2027-01-31T09:30:00Z или 31.01.2027 9:30", "стовпець «{column}»: «{value}» — не дата з часом; пишіть 2027-01-31T09:30:00Z або 31.01.2027 9:30"},
	"invalid_number.cell":          {"столбец «{column}»: «{value}» — не число, такое как 1234.50 или 1 234,50", "стовпець «{column}»: «{value}» — не число, таке як 1234.50 або 1 234,50"},
	"invalid_integer.cell":         {"столбец «{column}»: «{value}» — не целое число, такое как 1234", "стовпець «{column}»: «{value}» — не ціле число, таке як 1234"},
	"invalid_bool.cell":            {"столбец «{column}»: «{value}» — не да и не нет; пишите да или нет, 1 или 0", "стовпець «{column}»: «{value}» — не так і не ні; пишіть так або ні, 1 або 0"},
	"invalid_json.cell":            {"столбец «{column}»: «{value}» не является правильным JSON", "стовпець «{column}»: «{value}» не є правильним JSON"},
	"invalid_kind.cell":            {"столбец «{column}»: «{value}» — не вид клиента: Компания, ИП или Физлицо", "стовпець «{column}»: «{value}» — не вид клієнта: компанія, підприємець або особа"},
	"invalid_entry":                {"столбец «{column}»: запись «{value}» составлена неверно; каналы разделяет точка с запятой, скобки должны быть закрыты", "стовпець «{column}»: запис «{value}» складено неправильно; канали розділяє крапка з комою, дужки мають бути закриті"},
	"too_many_cells":               {"в строке больше {most} ячеек", "у рядку більше {most} клітинок"},
	"too_many_cells.header":        {"в строке ячеек: {cells}, в заголовке: {columns}; нет ли разделителя внутри ячейки без кавычек?", "у рядку клітинок: {cells}, у заголовку: {columns}; чи немає роздільника всередині клітинки без лапок?"},
	"too_many_cells.untitled":      {"«{value}» стоит в столбце без заголовка; дайте столбцу заголовок", "«{value}» стоїть у стовпці без заголовка; дайте стовпцю заголовок"},
	"unbalanced_quote.file":        {"ячейка в кавычках не закрыта до конца файла", "клітинку в лапках не закрито до кінця файлу"},
	"unbalanced_quote.within":      {"ячейка в кавычках не закрыта на протяжении {most} байт", "клітинку в лапках не закрито протягом {most} байтів"},
	"unbalanced_quote.inside":      {"внутри ячейки в кавычках стоит одиночная кавычка; удвойте её или уберите кавычки вокруг ячейки", "усередині клітинки в лапках стоїть одинарна лапка; подвойте її або приберіть лапки навколо клітинки"},
	"line_too_long":                {"строка длиннее {most} байт; один клиент — одна строка", "рядок довший за {most} байтів; один клієнт — один рядок"},
	"invalid_utf8":                 {"байт {byte} — не UTF-8; сохраните файл в UTF-8", "байт {byte} — не UTF-8; збережіть файл у UTF-8"},
	"broken_card.begin":            {"эти строки не принадлежат ни одной карточке: перед ними нет BEGIN:VCARD", "ці рядки не належать жодній картці: перед ними немає BEGIN:VCARD"},
	"broken_card.end":              {"файл кончается внутри карточки: нет END:VCARD", "файл закінчується всередині картки: немає END:VCARD"},
	"broken_card.next":             {"перед началом следующей карточки нет END:VCARD", "перед початком наступної картки немає END:VCARD"},
	"empty_file.file":              {"файл пуст", "файл порожній"},
	"compressed.file":              {"файл сжат; сначала распакуйте его", "файл стиснено; спочатку розпакуйте його"},
	"not_text.file":                {"это не текстовый файл", "це не текстовий файл"},
	"unknown_encoding.file":        {"кодировку файла не удалось определить; сохраните его в UTF-8", "кодування файлу не вдалося визначити; збережіть його в UTF-8"},
	"unknown_columns.file":         {"неизвестные столбцы: {columns}; переименуйте их, объявите свои поля или загружайте с unknown=field", "невідомі стовпці: {columns}; перейменуйте їх, оголосіть власні поля або завантажуйте з unknown=field"},
	"no_header.file":               {"ни один столбец первой строки не известен ({columns}); первая строка должна называть столбцы, например Наименование;ИНН;Телефон", "жоден стовпець першого рядка не відомий ({columns}); перший рядок має називати стовпці, наприклад Назва;ІПН;Телефон"},
	"too_many_columns.file":        {"в заголовке слишком много столбцов; верны ли разделитель и первая строка?", "у заголовку забагато стовпців; чи правильні роздільник і перший рядок?"},
	"bomb.file":                    {"архив распаковывается в слишком большой; таблицы, сделанные людьми, такими не бывают", "архів розпаковується в завеликий; таблиці, зроблені людьми, такими не бувають"},
	"malformed_json":               {"документ не является правильным JSON: ошибка на байте {byte}", "документ не є правильним JSON: помилка на байті {byte}"},
	"malformed_json.in":            {"документ не является правильным JSON: ошибка на байте {byte}, в {field}", "документ не є правильним JSON: помилка на байті {byte}, у {field}"},
	"malformed_json.cut":           {"документ не является одним полным объектом JSON", "документ не є одним повним об'єктом JSON"},
	"malformed_json.more":          {"после конца документа есть что-то ещё; передайте один объект JSON", "після кінця документа є ще щось; передайте один об'єкт JSON"},
	"duplicate_field":              {"одно из полей документа указано дважды (байт {byte})", "одне з полів документа вказано двічі (байт {byte})"},
	"duplicate_field.in":           {"поле {field} указано дважды (байт {byte})", "поле {field} вказано двічі (байт {byte})"},
}

// kinds are the words that reconcile names things with.
var kinds = map[string]translation{
	"rule":    {"правило", "правило"},
	"field":   {"поле", "поле"},
	"module":  {"модуль", "модуль"},
	"webhook": {"вебхук", "вебхук"},

	"dictionary": {"справочник", "довідник"},
}

// endings are what reconcile says of a thing behind its name.
var endings = map[string]translation{
	", which asks for it": {", которое его задаёт", ", яке його задає"},

	", in a revision that is kept: DELETE …/revisions/{revision} forgets it": {" — в версии, которая хранится: её удаляет DELETE …/revisions/{revision}",
		" — у версії, яка зберігається: її видаляє DELETE …/revisions/{revision}"},
}

// named translates what reconcile calls a thing: its kind and its name, several
// of them joined by "and", and what is said behind the name.
func named(language, thing string) string {
	if language == languages[0] {
		return thing
	}
	said := ""
	for ending, words := range endings {
		if rest, has := strings.CutSuffix(thing, ending); has {
			thing, said = rest, words.in(language)
		}
	}
	var names []string
	for one := range strings.SplitSeq(thing, " and ") {
		kind, name, _ := strings.Cut(one, " ")
		if word, known := kinds[kind]; known {
			kind = word.in(language)
		}
		names = append(names, kind+" "+name)
	}
	joined := strings.Join(names, ", ")
	return joined + said
}

// fileProblem is the reason why a whole file was refused. A sentence that lists
// columns needs them.
func fileProblem(e *formats.FileError) crm.Problem {
	p := crm.Problem{Code: e.Code, Message: e.Message}
	if e.Columns != "" || e.Code != "unknown_columns" && e.Code != "no_header" {
		p.Text, p.Args = "file", map[string]string{"columns": e.Columns}
	}
	return p
}
