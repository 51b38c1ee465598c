package rest

import "strings"

// sentence is a sentence in the server's languages; {name} is an argument.
type sentence struct{ en, ru, uk string }

// say returns the sentence of a key in a language, "" for a key there is none of.
func say(language, key string, args map[string]string) string {
	s, ok := sentences[key]
	if !ok {
		return ""
	}
	words := s.en
	switch language {
	case "ru":
		words = s.ru
	case "uk":
		words = s.uk
	}
	if len(args) == 0 {
		return words
	}
	fill := make([]string, 0, 2*len(args))
	for name, value := range args {
		fill = append(fill, "{"+name+"}", value)
	}
	return strings.NewReplacer(fill...).Replace(words)
}

// sentences holds what the server says of requests, in its three languages.
var sentences = map[string]sentence{
	"manifest_place": {
		"manifest line {line}, column {column}: ",
		"строка {line} манифеста, столбец {column}: ",
		"рядок {line} маніфесту, стовпець {column}: "},
	"token_missing": {
		"send the header Authorization: Bearer <token>; the administrator's token is in the file admin-token of the data folder",
		"передайте заголовок Authorization: Bearer <токен>; токен администратора лежит в файле admin-token папки данных",
		"передайте заголовок Authorization: Bearer <токен>; токен адміністратора лежить у файлі admin-token теки даних"},
	"token_unknown": {
		"the token is not known here; the administrator's token is in the file admin-token of the data folder",
		"такого токена здесь нет; токен администратора лежит в файле admin-token папки данных",
		"такого токена тут немає; токен адміністратора лежить у файлі admin-token теки даних"},
	"right_missing": {
		"{name} needs the right {right} for this",
		"для этого {name} нужно право {right}",
		"для цього {name} потрібне право {right}"},
	"fix_unknown": {
		"there is no job {id}; GET /api/v1/fixes lists those that are kept",
		"задания {id} нет; список хранимых даёт GET /api/v1/fixes",
		"завдання {id} немає; перелік збережених дає GET /api/v1/fixes"},
	"fix_state": {
		"the job {id} is {state}; only a job that waits or runs can be cancelled, and only one that has ended can be undone",
		"задание {id} в состоянии {state}; отменить можно только ожидающее или идущее, вернуть как было — только завершённое",
		"завдання {id} у стані {state}; скасувати можна лише те, що чекає або йде, повернути як було — лише завершене"},
	"whole_base": {
		"this concerns the whole base, and {name} may see a part of it",
		"это касается всей базы, а {name} видит её часть",
		"це стосується всієї бази, а {name} бачить її частину"},
	"trend_scope": {
		"the trend is of the whole base, and you may see a part of it; GET /api/v1/reports/quality reports on that part",
		"динамика считается по всей базе, а вам видна её часть; отчёт по этой части даёт GET /api/v1/reports/quality",
		"динаміка рахується за всією базою, а вам видно її частину; звіт за цією частиною дає GET /api/v1/reports/quality"},
	"not_an_object": {
		"send a JSON object",
		"пришлите объект JSON",
		"надішліть об'єкт JSON"},
	"member_unknown": {
		"there is no such field here; there are: {known}",
		"такого поля здесь нет; есть: {known}",
		"такого поля тут немає; є: {known}"},
	"member_text": {
		"must be a text of at most {limit} characters, or null",
		"здесь нужен текст не длиннее {limit} символов или null",
		"тут потрібен текст не довший за {limit} символів або null"},
	"member_day": {
		"must be a day such as 2026-12-31, or null",
		"здесь нужен день, например 2026-12-31, или null",
		"тут потрібен день, наприклад 2026-12-31, або null"},
	"member_client": {
		"must be a client's number",
		"здесь нужен номер клиента",
		"тут потрібен номер клієнта"},
	"waiver_end": {
		"a waiver needs its last day, {limit} at the latest",
		"исключению нужен последний день, не позднее {limit}",
		"винятку потрібен останній день, не пізніше {limit}"},
	"waiver_over": {
		"{value} is over, today is {today}",
		"{value} уже прошло, сегодня {today}",
		"{value} вже минуло, сьогодні {today}"},
	"waiver_reason": {
		"a waiver needs a reason",
		"исключению нужна причина",
		"винятку потрібна причина"},
	"waiver_where": {
		"say where the rule is waived: give either client or filter",
		"укажите, где правило не применяется: либо client, либо filter",
		"вкажіть, де правило не застосовується: або client, або filter"},
	"finding_not_found": {
		"client {id} has no finding {finding}; GET /api/v1/clients/{id}/findings lists them",
		"у клиента {id} нет замечания {finding}; список даёт GET /api/v1/clients/{id}/findings",
		"клієнт {id} не має зауваження {finding}; перелік дає GET /api/v1/clients/{id}/findings"},
	"waiver_not_found": {
		"there is no waiver {waiver}; GET /api/v1/waivers lists them",
		"исключения {waiver} нет; список даёт GET /api/v1/waivers",
		"винятку {waiver} немає; перелік дає GET /api/v1/waivers"},
	"query_malformed": {
		"the query of the address cannot be read: {cause}; write % as %25 and spaces as %20",
		"параметры адреса не удалось прочитать: {cause}; пишите % как %25, а пробел как %20",
		"параметри адреси не вдалося прочитати: {cause}; пишіть % як %25, а пробіл як %20"},
	"parameter_unknown": {
		"there is no such parameter here; known are {known}",
		"такого параметра здесь нет; есть {known}",
		"такого параметра тут немає; є {known}"},
	"parameter_unknown_none": {
		"this address takes no parameters",
		"у этого адреса нет параметров",
		"ця адреса не має параметрів"},
	"parameter_missing": {
		"the parameter must be given",
		"параметр обязателен",
		"параметр обов'язковий"},
	"parameter_missing_of": {
		"the parameter must be given; allowed: {want}",
		"параметр обязателен; допустимо: {want}",
		"параметр обов'язковий; дозволено: {want}"},
	"parameter_repeated": {
		"the parameter may be given only once",
		"параметр можно указать только один раз",
		"параметр можна вказати лише один раз"},
	"parameter_value": {
		"{value} cannot be taken; allowed: {want}",
		"значение {value} не подходит; допустимо: {want}",
		"значення {value} не підходить; дозволено: {want}"},
	"rule_unknown": {
		"there is no rule {value}; GET /api/v1/rules lists them",
		"правила {value} нет; список даёт GET /api/v1/rules",
		"правила {value} немає; перелік дає GET /api/v1/rules"},
	"rule_not_segmentation": {
		"the rule {value} gives no labels: it is no Segmentation; GET /api/v1/segments lists the labels there are",
		"правило {value} не делит базу на сегменты; список сегментов даёт GET /api/v1/segments",
		"правило {value} не ділить базу на сегменти; перелік сегментів дає GET /api/v1/segments"},
	"rule_not_quality": {
		"the rule {value} finds nothing wrong: it is a Segmentation; segment={value}:<label> selects by its labels",
		"правило {value} не ищет ошибок, оно делит базу на сегменты; выбирайте через segment={value}:<label>",
		"правило {value} не шукає помилок, воно ділить базу на сегменти; вибирайте через segment={value}:<label>"},
	"filter_slow": {
		"the filter ran on {read} clients in {seconds} seconds and was not done; counts and sorted lists need all of them. Add a condition that needs no reading, such as client.manager == \"ivanov\", or list without sort, which goes on page by page",
		"за {seconds} секунд фильтр проверил клиентов: {read}, и не закончил; для счёта и сортировки нужны все. Добавьте условие, для которого карточки читать не нужно, например client.manager == \"ivanov\", или запросите список без sort — он продолжается постранично",
		"за {seconds} секунд фільтр перевірив клієнтів: {read}, і не закінчив; для підрахунку й сортування потрібні всі. Додайте умову, для якої картки читати не потрібно, наприклад client.manager == \"ivanov\", або запитайте список без sort — він продовжується посторінково"},
	"if_match": {
		"{value} is not a revision; send the ETag of the client as it is, such as \"7\"",
		"{value} — не ревизия; передайте ETag клиента как есть, например \"7\"",
		"{value} — не ревізія; передайте ETag клієнта як є, наприклад \"7\""},
	"last_event": {
		"{value} is not the number of an event",
		"{value} — не номер события",
		"{value} — не номер події"},
	"client_number": {
		"{value} is not the number of a client, such as 1042",
		"{value} — не номер клиента, такой как 1042",
		"{value} — не номер клієнта, такий як 1042"},
	"encoding": {
		"the body is encoded as {encoding}; send it as it is, without Content-Encoding",
		"тело запроса сжато ({encoding}); передайте его как есть, без Content-Encoding",
		"тіло запиту стиснене ({encoding}); передайте його як є, без Content-Encoding"},
	"media": {
		"Content-Type {media} is not accepted here; send {wanted}",
		"Content-Type {media} здесь не принимается; передайте {wanted}",
		"Content-Type {media} тут не приймається; передайте {wanted}"},
	"too_large": {
		"at most {limit} MiB are accepted here; many clients at once go to POST /api/v1/imports, which has no limit",
		"здесь принимается не больше {limit} МиБ; много клиентов сразу загружает POST /api/v1/imports, у него предела нет",
		"тут приймається не більше {limit} МіБ; багато клієнтів одразу завантажує POST /api/v1/imports, він не має межі"},
	"client_too_large": {
		"the client is larger than one client can be",
		"данные клиента больше, чем может вместить один клиент",
		"дані клієнта більші, ніж може вмістити один клієнт"},
	"body_slow": {
		"the body did not arrive in time; send it again",
		"тело запроса не пришло вовремя; отправьте его снова",
		"тіло запиту не надійшло вчасно; надішліть його знову"},
	"body_broken": {
		"the body broke off: {cause}",
		"тело запроса оборвалось: {cause}",
		"тіло запиту обірвалося: {cause}"},
	"body_empty": {
		"the body is empty; send a JSON object",
		"тело запроса пустое; передайте объект JSON",
		"тіло запиту порожнє; передайте об'єкт JSON"},
	"manifest_empty": {
		"the body is empty; send the manifest, JSON or YAML",
		"тело запроса пустое; передайте манифест, JSON или YAML",
		"тіло запиту порожнє; передайте маніфест, JSON або YAML"},
	"module_empty": {
		"the body is empty; send the bytes of the WebAssembly module",
		"тело запроса пустое; передайте байты модуля WebAssembly",
		"тіло запиту порожнє; передайте байти модуля WebAssembly"},
	"format_missing": {
		"the format of the file is not known; add format=ndjson, csv, xlsx or vcard",
		"формат файла неизвестен; добавьте format=ndjson, csv, xlsx или vcard",
		"формат файлу невідомий; додайте format=ndjson, csv, xlsx або vcard"},
	"refused_by_rules": {
		"rules in mode Enforce do not let this change introduce these findings",
		"правила в режиме Enforce не допускают появления этих замечаний",
		"правила в режимі Enforce не допускають появи цих зауважень"},
	"override_empty": {
		"say why rules are overridden, or leave the header out",
		"укажите, почему правила обходятся, или уберите заголовок",
		"вкажіть, чому правила обходяться, або приберіть заголовок"},
	"header_text": {
		"the header is no text: send UTF-8 without control characters, or UTF-8'' and percent-encoded bytes",
		"заголовок — не текст: передайте UTF-8 без управляющих символов или UTF-8'' и байты в процентной записи",
		"заголовок — не текст: передайте UTF-8 без керівних символів або UTF-8'' і байти у відсотковому записі"},
	"not_found": {
		"there is none of that name or number that you may see",
		"с таким именем или номером нет ничего, что вам видно",
		"з таким ім'ям або номером немає нічого, що вам видно"},
	"client_not_found": {
		"there is no client {id} that you may see",
		"клиента {id}, который вам виден, нет",
		"клієнта {id}, якого вам видно, немає"},
	"row_not_found": {
		"client {id} has no row {row} in {list}",
		"у клиента {id} нет строки {row} в {list}",
		"клієнт {id} не має рядка {row} у {list}"},
	"rule_not_found": {
		"there is no rule {name}; GET /api/v1/rules lists them",
		"правила {name} нет; список даёт GET /api/v1/rules",
		"правила {name} немає; перелік дає GET /api/v1/rules"},
	"field_not_found": {
		"there is no field {name}; GET /api/v1/fields lists them",
		"поля {name} нет; список даёт GET /api/v1/fields",
		"поля {name} немає; перелік дає GET /api/v1/fields"},
	"dictionary_not_found": {
		"there is no dictionary {name}; GET /api/v1/dictionaries lists them",
		"справочника {name} нет; список даёт GET /api/v1/dictionaries",
		"довідника {name} немає; перелік дає GET /api/v1/dictionaries"},
	"revision_not_found": {
		"revision {revision} of {name} is not kept, or there never was one; GET …/{name}/revisions lists those that are",
		"версия {revision} объекта {name} не хранится, или её не было; список даёт GET …/{name}/revisions",
		"версія {revision} об'єкта {name} не зберігається, або її не було; перелік дає GET …/{name}/revisions"},
	"stale_object_now": {
		"{what} is at resourceVersion {version}, not {wanted}; read it again and repeat the change",
		"{what} сейчас в версии {version} (resourceVersion), а не {wanted}; прочитайте объект снова и повторите изменение",
		"{what} зараз у версії {version} (resourceVersion), а не {wanted}; прочитайте об'єкт знову і повторіть зміну"},
	"stale_object_none": {
		"{what} does not exist, and its resourceVersion {wanted} is asked for; leave it out to create it",
		"{what} не существует, а указана версия {wanted} (resourceVersion); чтобы создать объект, не указывайте её",
		"{what} не існує, а вказано версію {wanted} (resourceVersion); щоб створити об'єкт, не вказуйте її"},
	"versions_differ": {
		"resourceVersion is {value} and If-Match {header}; send one of them",
		"resourceVersion — {value}, а If-Match — {header}; передайте что-то одно",
		"resourceVersion — {value}, а If-Match — {header}; передайте щось одне"},
	"label_selector": {
		"character {at} ({found}) does not belong there; write such as set=default,team!=sales,tier in (a,b),tier notin (c),old,!old",
		"символ {at} ({found}) здесь не на месте; пишите, например, set=default,team!=sales,tier in (a,b),tier notin (c),old,!old",
		"символ {at} ({found}) тут не на місці; пишіть, наприклад, set=default,team!=sales,tier in (a,b),tier notin (c),old,!old"},
	"resource_version": {
		"{value} is not a resourceVersion; take that of a list or of a change, or leave it out",
		"{value} — не resourceVersion; возьмите её из списка или из изменения или не указывайте",
		"{value} — не resourceVersion; візьміть її з переліку або зі зміни чи не вказуйте"},
	"watch_missing": {
		"it is where a watch begins; add watch=true, or leave it out",
		"с неё начинается наблюдение; добавьте watch=true или не указывайте её",
		"з неї починається спостереження; додайте watch=true або не вказуйте її"},
	"changes_gone": {
		"changes after that resourceVersion are no longer known; list again and watch from the resourceVersion of the list",
		"изменения после этой resourceVersion уже неизвестны; запросите список снова и наблюдайте с его resourceVersion",
		"зміни після цієї resourceVersion вже невідомі; запитайте перелік знову і спостерігайте з його resourceVersion"},
	"webhook_not_found": {
		"there is no webhook {name}; GET /api/v1/webhooks lists them",
		"вебхука {name} нет; список даёт GET /api/v1/webhooks",
		"вебхука {name} немає; перелік дає GET /api/v1/webhooks"},
	"letter_not_found": {
		"webhook {name} has no dead letter {letter}; GET /api/v1/webhooks/{name}/deadletters lists them",
		"у вебхука {name} нет недоставленного события {letter}; список даёт GET /api/v1/webhooks/{name}/deadletters",
		"у вебхука {name} немає недоставленої події {letter}; перелік дає GET /api/v1/webhooks/{name}/deadletters"},
	"module_not_found": {
		"there is no module {digest}; GET /api/v1/modules lists them",
		"модуля {digest} нет; список даёт GET /api/v1/modules",
		"модуля {digest} немає; перелік дає GET /api/v1/modules"},
	"keyed_gone": {
		"the client that the first request with this Idempotency-Key wrote is there no longer, or you may not see it",
		"клиента, которого записал первый запрос с этим Idempotency-Key, больше нет или он вам не виден",
		"клієнта, якого записав перший запит із цим Idempotency-Key, більше немає або його вам не видно"},
	"in_use": {
		"{what} is used by {by}; change or delete that first",
		"{what} сейчас не удалить и не изменить: этим пользуется {by}; сначала измените или удалите то, что этим пользуется",
		"{what} зараз не видалити і не змінити: цим користується {by}; спочатку змініть або видаліть те, що цим користується"},
	"schema_not_found": {
		"there is no schema {name}; there are {known}",
		"схемы {name} нет; есть {known}",
		"схеми {name} немає; є {known}"},
	"managed": {
		"{what} is declared by {file} in the server's rules folder; change it there",
		"{what} задаёт файл {file} в папке правил сервера; измените его там",
		"{what} задає файл {file} у теці правил сервера; змініть його там"},
	"duplicate_external_id": {
		"another client has this externalId; PUT /api/v1/clients?externalId=… changes the one that has it",
		"этот externalId уже у другого клиента; изменить его можно через PUT /api/v1/clients?externalId=…",
		"цей externalId вже має інший клієнт; змінити його можна через PUT /api/v1/clients?externalId=…"},
	"rules_changed": {
		"the rules changed during this write; send it again",
		"во время записи изменились правила; отправьте её снова",
		"під час запису змінилися правила; надішліть його знову"},
	"events_gone": {
		"events that far back are no longer kept; read the state anew and go on from the newest event",
		"такие старые события уже не хранятся; прочитайте состояние заново и продолжайте с новейшего события",
		"такі давні події вже не зберігаються; прочитайте стан наново і продовжуйте з найновішої події"},
	"events_ahead": {
		"the log ends at {last}; begin again from 0",
		"журнал кончается на {last}; начните снова с 0",
		"журнал закінчується на {last}; почніть знову з 0"},
	"idempotency_reuse": {
		"this Idempotency-Key was used for another request; use a new key for a new request",
		"этот Idempotency-Key уже использован для другого запроса; для нового запроса возьмите новый",
		"цей Idempotency-Key вже використано для іншого запиту; для нового запиту візьміть новий"},
	"no_space": {
		"nothing was stored; free space on the disk of the data folder and send it again",
		"ничего не сохранено; освободите место на диске с папкой данных и повторите",
		"нічого не збережено; звільніть місце на диску з текою даних і повторіть"},
	"bad_cursor": {
		"take `after` from `next` of the page before, with the same parameters, or leave it out",
		"берите `after` из `next` предыдущей страницы с теми же параметрами или не указывайте",
		"беріть `after` із `next` попередньої сторінки з тими самими параметрами або не вказуйте"},
	"closing": {
		"the server is shutting down; try again in a moment",
		"сервер останавливается; повторите немного позже",
		"сервер зупиняється; повторіть трохи згодом"},
	"slow": {
		"it took too long; try again",
		"это заняло слишком много времени; повторите",
		"це зайняло забагато часу; повторіть"},
	"stale_revision": {
		"the client no longer has the revision of If-Match; read it and decide again",
		"у клиента уже не та ревизия, что в If-Match; прочитайте его и решите заново",
		"клієнт має вже не ту ревізію, що в If-Match; прочитайте його і вирішіть наново"},
	"stale_revision_now": {
		"client {id} is at revision {revision}, not {wanted}; read it and decide again",
		"клиент {id} сейчас в ревизии {revision}, а не {wanted}; прочитайте его и решите заново",
		"клієнт {id} зараз у ревізії {revision}, а не {wanted}; прочитайте його і вирішіть наново"},
	"stale_revision_none": {
		"there is no client yet that could be at revision {wanted}; leave If-Match out to create it",
		"клиента, у которого могла бы быть ревизия {wanted}, ещё нет; чтобы создать его, не указывайте If-Match",
		"клієнта, який міг би мати ревізію {wanted}, ще немає; щоб створити його, не вказуйте If-Match"},
	"conflict": {
		"it changed between reading and writing; read it again and repeat",
		"объект изменился между чтением и записью; прочитайте его снова и повторите",
		"об'єкт змінився між читанням і записом; прочитайте його знову і повторіть"},
	"too_many": {
		"at most {limit} of these run at once; try again in a moment",
		"одновременно выполняется не больше {limit}; повторите немного позже",
		"одночасно виконується не більше {limit}; повторіть трохи згодом"},
	"not_ready": {
		"not ready: {cause}",
		"не готов: {cause}",
		"не готовий: {cause}"},
	"internal": {
		"the server's log has the cause under failure {id}",
		"причина — в журнале сервера под номером failure {id}",
		"причина — у журналі сервера під номером failure {id}"},
	"route_unknown": {
		"there is no {path} here; /docs lists what there is",
		"адреса {path} нет; список адресов — на странице /docs",
		"адреси {path} немає; перелік адрес — на сторінці /docs"},
	"method": {
		"{path} does not take {method}; allowed: {allow}",
		"{path} не принимает {method}; разрешены: {allow}",
		"{path} не приймає {method}; дозволені: {allow}"},
	"head_too_large": {
		"the address and the headers together may have 32 KiB; send a shorter filter",
		"адрес вместе с заголовками не должен превышать 32 КиБ; сократите фильтр",
		"адреса разом із заголовками не має перевищувати 32 КіБ; скоротіть фільтр"},
	"http_malformed": {
		"this is not a well-formed HTTP request: {cause}",
		"это неправильно составленный HTTP-запрос: {cause}",
		"це неправильно складений HTTP-запит: {cause}"},
}
