package rest

import (
	"strings"

	"assay/server/crm"
)

// translate puts reasons into a language.
func translate(language string, problems []crm.Problem) []crm.Problem {
	out := make([]crm.Problem, len(problems))
	for i, p := range problems {
		p.Message = translated(language, p)
		out[i] = p
	}
	return out
}

// translated is a reason's sentence. Reasons of this package and of intake bring
// what their sentence needs; those of other rooms get the sentence of their code,
// with the English original behind it for the particulars.
func translated(language string, p crm.Problem) string {
	if language == languages[0] {
		return p.Message
	}
	if p.Args != nil {
		if words := intakeWords(language, p); words != "" {
			if p.Args["line"] != "" { // of a manifest
				return say(language, "manifest_place", p.Args) + words
			}
			return words
		}
		if words := say(language, p.Code, p.Args); words != "" && p.Text == "" {
			return words
		}
	}
	return reasonWords(language, p.Code, p.Message)
}

// intakeWords is the sentence that intake has under the problem's code and text.
func intakeWords(language string, p crm.Problem) string {
	key := p.Code
	if p.Text != "" {
		key += "." + p.Text
	}
	s, ok := intakeSentences[key]
	if !ok {
		return ""
	}
	fill := make([]string, 0, 2*len(p.Args))
	for name, value := range p.Args {
		if noun, known := nouns[value]; known && (name == "want" || name == "got") {
			value = noun.in(language)
		}
		fill = append(fill, "{"+name+"}", value)
	}
	return strings.NewReplacer(fill...).Replace(s.in(language))
}

// reasonWords is the sentence of another room's code, followed by the original.
func reasonWords(language, code, message string) string {
	words, ok := reasons[code]
	switch {
	case !ok || language == languages[0]:
		return message
	}
	return words.in(language) + " (" + message + ")"
}

// reasons are short sentences for codes of the rooms behind rest.
var reasons = map[string]translation{
	// of modules
	"not_wasm":        {"это не модуль WebAssembly", "це не модуль WebAssembly"},
	"component":       {"это компонент, а нужен простой модуль", "це компонент, а потрібен простий модуль"},
	"invalid_module":  {"модуль составлен неверно", "модуль складено неправильно"},
	"limit_exceeded":  {"модуль превышает допустимые пределы", "модуль перевищує дозволені межі"},
	"compile_limit":   {"компиляция модуля требует слишком много времени или памяти", "компіляція модуля потребує забагато часу або пам'яті"},
	"memory_limit":    {"модуль требует слишком много памяти", "модуль потребує забагато пам'яті"},
	"missing_export":  {"модуль не экспортирует то, без чего его не вызвать", "модуль не експортує того, без чого його не викликати"},
	"bad_export_type": {"экспорт модуля не того вида", "експорт модуля не того виду"},
	"name_reserved":   {"имя экспорта занято сервером", "ім'я експорту зайняте сервером"},
	"unknown_import":  {"модуль импортирует то, чего у сервера нет", "модуль імпортує те, чого сервер не має"},
	"bad_import_type": {"модуль импортирует функцию с другими параметрами", "модуль імпортує функцію з іншими параметрами"},
	"abi_version":     {"модуль собран для другой версии ABI", "модуль зібрано для іншої версії ABI"},
	"start_failed":    {"модуль не запускается", "модуль не запускається"},
	"describe_failed": {"модуль не смог описать себя", "модуль не зміг описати себе"},
	"bad_description": {"модуль описывает себя неверно", "модуль описує себе неправильно"},

	"malformed_json":       {"документ не является правильным JSON", "документ не є правильним JSON"},
	"malformed_manifest":   {"манифест не удалось прочитать", "маніфест не вдалося прочитати"},
	"invalid_manifest":     {"манифест составлен неверно", "маніфест складено неправильно"},
	"invalid_expression":   {"выражение составлено неверно", "вираз складено неправильно"},
	"invalid_settings":     {"настройки не подходят правилу", "налаштування не підходять правилу"},
	"unknown_library":      {"в библиотеке нет такого правила", "у бібліотеці немає такого правила"},
	"reserved_label":       {"эту метку ставит только сервер", "цю мітку ставить лише сервер"},
	"newest_revision":      {"новейшая версия остаётся", "найновіша версія залишається"},
	"unknown_revision":     {"такая версия не хранится", "така версія не зберігається"},
	"no_earlier_revision":  {"предыдущей версии нет", "попередньої версії немає"},
	"revision_deleted":     {"это удаление, возвращать нечего", "це видалення, повертати нічого"},
	"invalid_case":         {"пример правила составлен неверно", "приклад правила складено неправильно"},
	"case_missed":          {"правило не прошло свой пример", "правило не пройшло свій приклад"},
	"unknown_field":        {"такого поля нет", "такого поля немає"},
	"unknown_rule":         {"такого правила нет", "такого правила немає"},
	"rule_fails":           {"проба правила на клиентах не удалась", "проба правила на клієнтах не вдалася"},
	"not_running":          {"правило не работает", "правило не працює"},
	"not_deterministic":    {"результат зависит не только от клиента", "результат залежить не лише від клієнта"},
	"refused_limits":       {"правило не работает в этих пределах", "правило не працює в цих межах"},
	"refused_settings":     {"модуль не принял эти настройки", "модуль не прийняв ці налаштування"},
	"unknown_settings":     {"у этой проверки нет настроек", "ця перевірка не має налаштувань"},
	"bad_schema":           {"схема настроек модуля составлена неверно", "схему налаштувань модуля складено неправильно"},
	"unknown_module":       {"такой модуль не загружен", "такий модуль не завантажено"},
	"unknown_check":        {"проверка модуля не указана или неизвестна", "перевірку модуля не вказано або вона невідома"},
	"wrong_kind":           {"вид объекта не тот, что в адресе", "вид об'єкта не той, що в адресі"},
	"wrong_name":           {"имя не то, что в адресе", "ім'я не те, що в адресі"},
	"invalid_name":         {"такое имя здесь не подходит", "таке ім'я тут не підходить"},
	"name_in_use":          {"это имя уже занято", "це ім'я вже зайняте"},
	"breaks_rule":          {"это изменение сломает правило", "ця зміна зламає правило"},
	"breaks_webhook":       {"это изменение сломает фильтр вебхука", "ця зміна зламає фільтр вебхука"},
	"unknown_event":        {"такого события нет", "такої події немає"},
	"address_not_allowed":  {"на такой адрес ничего не отправляется", "на таку адресу нічого не надсилається"},
	"header_without_value": {"у заголовка нет значения", "у заголовка немає значення"},
	"secret_needed":        {"нужен секрет", "потрібен секрет"},
	"too_many_webhooks":    {"вебхуков слишком много", "вебхуків забагато"},
	"too_many_waivers":     {"исключений по фильтру уже слишком много", "винятків за фільтром вже забагато"},
	"wrong_type":           {"здесь ожидается другой тип значения", "тут очікується інший тип значення"},
	"unknown_value":        {"такого значения нет в списке допустимых", "такого значення немає серед дозволених"},
	"not_in_dictionary":    {"такого значения нет в справочнике", "такого значення немає в довіднику"},
	"invalid_date":         {"такой даты нет", "такої дати немає"},
	"invalid_time":         {"такого времени нет", "такого часу немає"},
	"invalid_number":       {"это не число", "це не число"},
	"invalid_integer":      {"это не целое число", "це не ціле число"},
	"invalid_bool":         {"здесь ожидается да или нет", "тут очікується так або ні"},
	"invalid_key":          {"такое имя здесь не подходит", "таке ім'я тут не підходить"},
	"invalid_kind":         {"такого вида клиента нет", "такого виду клієнта немає"},
	"invalid_utf8":         {"текст не в кодировке UTF-8", "текст не в кодуванні UTF-8"},
	"too_long":             {"слишком длинный текст", "задовгий текст"},
	"too_many":             {"слишком много значений", "забагато значень"},
	"too_large":            {"слишком большой объём", "завеликий обсяг"},
	"required":             {"значение обязательно", "значення обов'язкове"},
	"conflict":             {"значения противоречат друг другу", "значення суперечать одне одному"},
	"lost_digits":          {"в числе потеряны цифры", "у числі втрачено цифри"},
	"cell_error":           {"в ячейке ошибка вместо значения", "у клітинці помилка замість значення"},
	"too_many_cells":       {"ячеек больше, чем столбцов", "клітинок більше, ніж стовпців"},
	"unbalanced_quote":     {"кавычка не закрыта", "лапку не закрито"},
	"line_too_long":        {"слишком длинная строка", "задовгий рядок"},
	"empty_file":           {"файл пуст", "файл порожній"},
	"not_text":             {"это не текстовый файл", "це не текстовий файл"},
	"wrong_format":         {"файл другого формата", "файл іншого формату"},
	"unknown_encoding":     {"кодировку файла не удалось определить", "кодування файлу не вдалося визначити"},
	"unknown_columns":      {"в файле есть неизвестные столбцы", "у файлі є невідомі стовпці"},
	"duplicate_columns":    {"в файле повторяются столбцы", "у файлі повторюються стовпці"},
	"no_header":            {"в файле нет строки заголовков", "у файлі немає рядка заголовків"},
	"too_many_columns":     {"слишком много столбцов", "забагато стовпців"},
	"too_many_rows":        {"слишком много строк", "забагато рядків"},
	"cell_too_long":        {"слишком длинная ячейка", "задовга клітинка"},
	"bomb":                 {"файл распаковывается в слишком большой", "файл розпаковується в завеликий"},
	"damaged":              {"файл повреждён", "файл пошкоджено"},
}
