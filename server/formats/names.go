package formats

// titles lists what people call a column, by what the column holds. The first
// name is the one an error message suggests. Names are compared by their
// letters and digits alone (see titleKey), so "E-mail", "e mail" and "Email" are one.
//
// A name that begins with ~ is weak: it is taken only when no other column of
// the file claims the same field, and is an unknown column otherwise. That is
// for pairs such as "Наименование" and "Полное наименование".
//
// What a key means: "name" is a field of the client, "channel:phone:work" a
// channel with its label, "contact:jobTitle" a field of a contact,
// "address:legal:text", "requisite:bank", "contract:number" fields of rows.
var titles = map[string]string{
	"externalId": "Внешний код|Внешний ID|Внешний идентификатор|Код|Код клиента|Код контрагента|Код 1С|ID 1С|1C ID|1C code|Код в 1С|ID клиента|" +
		"Зовнішній код|Зовнішній ID|Зовнішній ідентифікатор|Код клієнта|ID клієнта|" +
		"External ID|External code|External key|Client ID|Customer ID|Client code|Customer code|GUID|UUID|~ID|~Идентификатор|~Ідентифікатор|~UID|~Номер клиента|~Client number",
	"name": "Наименование|Название|Компания|Клиент|Контрагент|Организация|Покупатель|Заказчик|Фирма|Наименование организации|Наименование контрагента|Наименование клиента|" +
		"Название компании|Название организации|Название клиента|Имя клиента|Юрлицо|" +
		"Назва|Найменування|Компанія|Клієнт|Організація|Покупець|Замовник|Підприємство|Назва компанії|Назва організації|Назва клієнта|Найменування організації|" +
		"Company|Company name|Client|Client name|Customer|Customer name|Organization|Organisation|Organization name|Account name|Business name|" +
		"~Account|~Полное наименование|~Полное название|~Краткое наименование|~Юридическое название|~Повна назва|~Повне найменування|~Legal name|~Full company name",
	"personal": "Имя|Ім'я|Name", // the client's, or the contact's where a company column exists
	"person": "ФИО|Ф.И.О.|Ф. И. О.|Фамилия Имя Отчество|Фамилия И.О.|ФИО клиента|Полное имя|" +
		"ПІБ|П.І.Б.|Прізвище Ім'я По батькові|ПІБ клієнта|Повне ім'я|Full name|Display name|Person",
	"family": "Фамилия|Прізвище|Last name|Surname|Family name",
	"given":  "First name|Given name|Forename",
	"middle": "Отчество|По батькові|Middle name|Patronymic|Second name",
	"kind": "Тип|Тип клиента|Вид|Вид клиента|Тип контрагента|Вид контрагента|Юр/физ лицо|Физ/юр лицо|Юр. / физ.|" +
		"Тип клієнта|Вид клієнта|Тип контрагенту|Kind|Client type|Customer type|Client kind|~Type",
	"legalForm": "Форма собственности|ОПФ|Организационно-правовая форма|Правовая форма|Форма власності|Організаційно-правова форма|Legal form|Ownership form",
	"taxId": "ИНН|ІПН|ЄДРПОУ|ЕДРПОУ|Код ЄДРПОУ|Код ЕДРПОУ|РНОКПП|ИНН клиента|ИНН организации|ИНН контрагента|ЄДРПОУ/ІПН|ІПН/ЄДРПОУ|УНП|" +
		"Tax ID|Tax number|Tax code|TIN|INN|EDRPOU|VAT ID|VAT number|~ІНН|~VAT",
	"taxIdKpp": "ИНН/КПП|ИНН / КПП",
	"registrationNumber": "ОГРН|ОГРНИП|ОГРН/ОГРНИП|ОГРН(ИП)|Регистрационный номер|Номер регистрации|Реєстраційний номер|" +
		"Registration number|Company number|Reg. number",
	"country": "Страна|Країна|Country|Country/Region",
	"region":  "Регион|Субъект РФ|Край|Регіон|Region|~Область|~Province|~State|~Business State|~Территория",
	"holding": "Холдинг|Группа компаний|Головная организация|Група компаній|Головна організація|" +
		"Holding|Parent company|Group of companies",
	"industries": "Отрасль|Отрасли|Сфера деятельности|Вид деятельности|Виды деятельности|Направление деятельности|" +
		"Галузь|Галузі|Сфера діяльності|Вид діяльності|Види діяльності|Industry|Industries",
	"companySize":   "Размер компании|Размер|Размер бизнеса|Масштаб|Розмір компанії|Розмір|Company size|Business size",
	"dealPotential": "Потенциал|Потенциал сделки|Потенциал клиента|Потенціал|Потенціал угоди|Deal potential|Potential",
	"solvency":      "Платёжеспособность|Платоспроможність|Solvency",
	"source": "Источник|Источник клиента|Источник привлечения|Канал привлечения|Откуда узнали|Рекламный источник|" +
		"Джерело|Джерело клієнта|Канал залучення|Source|Lead source|Client source",
	"stage": "Стадия|Этап|Стадия отношений|Стадия сделки|Этап сделки|Этап воронки|Стадія|Етап|Стадія угоди|Етап воронки|" +
		"Stage|Pipeline stage|Lifecycle stage",
	"importance": "Важность|Приоритет|Важливість|Пріоритет|Importance|Priority",
	"status":     "Статус|Статус клиента|Состояние|Статус клієнта|Стан|Status|Client status",
	"manager": "Ответственный|Менеджер|Ответственный менеджер|Основной менеджер|Главный менеджер|Куратор|Кто ведёт|" +
		"Відповідальний|Відповідальний менеджер|Основний менеджер|" +
		"Manager|Owner|Responsible|Responsible manager|Account manager|Account owner|Assigned to|Sales manager|Sales rep",
	"managers": "Менеджеры|Ответственные|Соисполнители|Менеджери|Відповідальні|Managers|Team",
	"categories": "Категории|Категория|Категория клиента|Группа|Группы|Группа клиентов|Категорії|Категорія|Група|Групи|" +
		"Categories|Category|Client category|~Group|~Groups",
	"tags":     "Теги|Тэги|Тег|Метки|Метка|Мітки|Tags|Tag|~Labels",
	"birthday": "Дата рождения|День рождения|ДР|Д.р.|Дата народження|День народження|Birthday|Birth date|Date of birth|DOB",
	"workHours": "Часы работы|Режим работы|Время работы|График работы|Години роботи|Графік роботи|Режим роботи|" +
		"Working hours|Work hours|Opening hours|Business hours",
	"callWindow": "Удобное время звонка|Время звонка|Когда звонить|Удобное время для звонка|Зручний час дзвінка|Коли дзвонити|" +
		"Call window|Best time to call|Call time",
	"nextContactAt": "Следующий контакт|Дата следующего контакта|Следующий звонок|Дата следующего звонка|" +
		"Наступний контакт|Дата наступного контакту|Наступний дзвінок|Next contact|Next contact date|Next call|Next call date",
	"unsubscribed": "Отписан|Отписка|Отписался|Не беспокоить|Отказ от рассылки|Відписаний|Відписка|Не турбувати|Відмова від розсилки|" +
		"Unsubscribed|Do not contact|Do not disturb|Opt out|Opted out",
	"notes": "Комментарий|Комментарии|Примечание|Примечания|Заметки|Заметка|Коментар|Коментарі|Примітка|Примітки|Нотатки|Нотатка|" +
		"Notes|Note|Comment|Comments|Remarks|~Описание|~Опис|~Description|~Дополнительно|~Доп. информация",

	"channel:phone": "Телефон|Телефоны|Тел|Номер телефона|Контактный телефон|Контактные телефоны|Телефон компании|Доп. телефон|Дополнительный телефон|Другой телефон|" +
		"Телефони|Номер телефону|Контактний телефон|Додатковий телефон|Телефон компанії|" +
		"Phone|Phones|Phone number|Phone numbers|Telephone|Telephone number|Tel|Primary phone|Other phone|Company main phone|Contact phone number",
	"channel:phone:work": "Рабочий телефон|Раб. телефон|Раб. тел|Служебный телефон|Городской телефон|Телефон рабочий|Телефон (рабочий)|" +
		"Робочий телефон|Роб. телефон|Міський телефон|Телефон робочий|Work phone|Business phone|Office phone",
	"channel:phone:mobile": "Мобильный телефон|Мобильный|Моб|Моб. телефон|Моб. тел|Сотовый|Сотовый телефон|Сот. телефон|Сот|Телефон мобильный|Телефон (моб.)|" +
		"Мобільний телефон|Мобільний|Телефон мобільний|Mobile|Mobile phone|Mobile number|Cell|Cell phone|Cellphone",
	"channel:phone:home": "Домашний телефон|Дом. телефон|Телефон домашний|Домашній телефон|Home phone",
	"channel:phone:fax":  "Факс|Тел/факс|Телефон/факс|Fax|Business fax|Fax number",
	"channel:email": "E-mail|Почта|Эл. почта|Электронная почта|Электронный адрес|Адрес электронной почты|Эл. адрес|Имейл|Мейл|Емейл|Почтовый ящик|" +
		"Пошта|Ел. пошта|Електронна пошта|Електронна адреса|Адреса електронної пошти|Emails|Mail|E-mail address|Mail address|E-mails|Primary email",
	"channel:email:work":     "Рабочая почта|Рабочий e-mail|Рабочий email|Робоча пошта|Work email|Business email",
	"channel:email:personal": "Личная почта|Личный e-mail|Личный email|Особиста пошта|Personal email|Home email",
	"channel:site": "Сайт|Сайты|Сайт компании|Веб-сайт|Веб-страница|Веб-сторінка|Адрес сайта|Интернет-сайт|Адреса сайту|Сайт компанії|" +
		"Site|Sites|Website|Web site|Web|Web page|URL|Homepage|Home page",
	"channel:messenger":            "Мессенджер|Мессенджеры|Месенджер|Месенджери|Messenger|Messengers|IM",
	"channel:messenger:telegram":   "Telegram|Телеграм|Телеграмм|TG",
	"channel:messenger:whatsapp":   "WhatsApp|Ватсап|Вотсап|Вацап",
	"channel:messenger:viber":      "Viber|Вайбер|Вайбер номер",
	"channel:messenger:skype":      "Skype|Скайп",
	"channel:messenger:signal":     "Signal|Сигнал",
	"channel:social":               "Соцсети|Соцсеть|Социальные сети|Социальная сеть|Соцмережі|Соцмережа|Соціальні мережі|Social|Social networks|Social media|Social profile",
	"channel:social:vk":            "ВКонтакте|VK|ВК|Vkontakte",
	"channel:social:facebook":      "Facebook|Фейсбук",
	"channel:social:instagram":     "Instagram|Инстаграм|Інстаграм",
	"channel:social:linkedin":      "LinkedIn|Линкедин|Лінкедін",
	"channel:social:odnoklassniki": "Одноклассники|OK.ru",
	"channel:other":                "Другая связь|Інший зв'язок|Other channel|Other contact details",
	"channel:mixed": "Контакты|Контактные данные|Контактная информация|Телефон/e-mail|Телефон, e-mail|Контакти|Контактні дані|Контактна інформація|" +
		"Contact details|Contact info|Contact information|Contacts",

	"contact:name": "Контактное лицо|Контакт|Контактная персона|Контактные лица|Имя контакта|ФИО контакта|ФИО контактного лица|Имя контактного лица|Представитель|ЛПР|ФИО ЛПР|" +
		"Контактна особа|Контактна персона|Контактні особи|ПІБ контактної особи|ПІБ контакту|Ім'я контакту|Представник|" +
		"Contact person|Contact|Contact name|Contact person name|Contact full name|Representative|Primary contact",
	"contact:jobTitle":     "Должность|Посада|Job title|Position|~Title",
	"contact:decisionRole": "Роль|Роль в принятии решения|Роль в сделке|Роль у прийнятті рішення|Decision role|Role in decision|~Role",

	"address::text": "Адрес|Адрес клиента|Адрес компании|Местонахождение|Местоположение|Адреса|Адреса клієнта|Місцезнаходження|" +
		"Address|Full address|Street address|Business address|~Улица|~Вулиця|~Street|~Business Street",
	"address::city":         "Город|Населённый пункт|Місто|Населений пункт|City|Town|Business City",
	"address::postalCode":   "Индекс|Почтовый индекс|Індекс|Поштовий індекс|ZIP|ZIP code|Postal code|Postcode|Business Postal Code",
	"address:legal:text":    "Юридический адрес|Юр. адрес|Адрес юридический|Юридична адреса|Юр. адреса|Legal address|Registered address",
	"address:actual:text":   "Фактический адрес|Факт. адрес|Адрес фактический|Адрес офиса|Фактична адреса|Адреса офісу|Actual address|Office address|Physical address",
	"address:postal:text":   "Почтовый адрес|Адрес для корреспонденции|Поштова адреса|Адреса для листування|Postal address|Mailing address",
	"address:delivery:text": "Адрес доставки|Адреса доставки|Delivery address|Shipping address",
	"address:home:text":     "Домашний адрес|Домашня адреса|Home address|~Home Street",

	"requisite:bank": "Банк|Название банка|Наименование банка|Назва банку|Найменування банку|Bank|Bank name",
	"requisite:bic":  "БИК|БИК банка|МФО|МФО банку|BIC|SWIFT|BIC/SWIFT|MFO",
	"requisite:account": "Р/с|Р/счет|Расчётный счёт|Расч. счёт|Номер счёта|Счёт|Банковский счёт|" +
		"Р/р|Розрахунковий рахунок|Рахунок|Номер рахунку|IBAN|Bank account|Account number|Settlement account",
	"contract:number":   "Номер договора|№ договора|Договор|Договор №|Номер договору|№ договору|Договір|Договір №|Contract|Contract number|Contract no",
	"contract:startsOn": "Дата договора|Начало договора|Дата начала договора|Дата договору|Початок договору|Дата початку договору|Contract date|Contract start|Contract start date",
	"contract:endsOn": "Окончание договора|Дата окончания договора|Срок договора|Срок действия договора|Договор до|Договор действует до|" +
		"Закінчення договору|Дата закінчення договору|Термін дії договору|Договір до|Contract end|Contract end date|Contract until",
	"contract:amount": "Сумма договора|Сума договору|Contract amount|Contract sum",

	// Columns that carry nothing of the client: row numbers.
	"ignore": "№ п/п|П/п|№ з/п|N п/п|Номер строки|Номер п/п|Row|Row number",
}

// contactOf and ofContact name a contact before and after the name of a field:
// "Контактное лицо: должность", "Должность контактного лица".
const (
	contactOf = "Контактное лицо|Контакт|Контактная персона|ЛПР|Представитель|Контактна особа|Контактна персона|Представник|Contact person|Contact"
	ofContact = "контактного лица|контакта|контактной персоны|ЛПР|представителя|контактної особи|контакту|контактної персони|представника|of contact|of contact person"
)

// contactFields are the fields those two combine with.
var contactFields = map[string]string{
	"contact:name":                       "Имя|ФИО|Ф.И.О.|ПІБ|Ім'я|Name|Full name",
	"contact:jobTitle":                   "Должность|Посада|Job title|Title|Position",
	"contact:decisionRole":               "Роль|Роль в принятии решения|Роль у прийнятті рішення|Role|Decision role",
	"contact:birthday":                   "Дата рождения|День рождения|ДР|Дата народження|День народження|Birthday|Birth date|Date of birth",
	"contact:channel:phone":              "Телефон|Телефоны|Тел|Телефони|Номер телефона|Номер телефону|Phone|Phones|Phone number|Tel",
	"contact:channel:phone:work":         "Рабочий телефон|Раб. телефон|Робочий телефон|Work phone",
	"contact:channel:phone:mobile":       "Мобильный телефон|Мобильный|Моб|Моб. телефон|Моб. тел|Сотовый|Мобільний|Мобільний телефон|Mobile|Mobile phone|Cell|Cell phone",
	"contact:channel:email":              "E-mail|Почта|Эл. почта|Электронная почта|Адрес электронной почты|Пошта|Ел. пошта|Електронна пошта|Mail|E-mail address",
	"contact:channel:messenger:telegram": "Telegram|Телеграм|Телеграмм",
	"contact:channel:messenger:whatsapp": "WhatsApp|Ватсап|Вотсап",
	"contact:channel:messenger:viber":    "Viber|Вайбер",
	"contact:channel:messenger:skype":    "Skype|Скайп",
}

// posts are columns named by the post of the person in them; the title of the
// column becomes the contact's job title.
const posts = "Директор|Генеральный директор|Ген. директор|Руководитель|Главный бухгалтер|Гл. бухгалтер|Бухгалтер|" +
	"Керівник|Генеральний директор|Головний бухгалтер|Director|General director|CEO|Chief accountant|Accountant"
