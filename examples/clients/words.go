package main

// lexicon is what names are made of in one language.
type lexicon struct {
	places                                                              [][2]string // region, city
	streets, companies, traders, flowers, endings, managers, jobs, tags []string
	notes, families                                                     []string
	givens, middles                                                     [2][]string // of men (even families) and women (odd)
}

// latin are domain names.
var latin = []string{"romashka", "vasilek", "lutik", "kalyna", "barvinok", "daisy", "bluebell", "tulip"}

var words = map[string]lexicon{
	"ru": {
		places:    [][2]string{{"Москва", "Москва"}, {"Тульская область", "Тула"}, {"Свердловская область", "Екатеринбург"}, {"Санкт-Петербург", "Санкт-Петербург"}},
		streets:   []string{"ул. Придуманная", "пр. Образцовый", "пер. Тестовый", "ул. Цветочная"},
		companies: []string{"ООО «%s»", "АО «%s»", "ООО \"%s\""},
		traders:   []string{"ИП"},
		flowers:   []string{"Ромашка", "Василёк", "Лютик", "Незабудка", "Колокольчик", "Одуванчик"},
		endings:   []string{" Плюс", "-Трейд", " и партнёры", "-Сервис", ""},
		managers:  []string{"ivanova", "petrov", "sidorenko"},
		jobs:      []string{"директор", "главный бухгалтер", "менеджер по закупкам", "юрист"},
		tags:      []string{"опт", "розница", "VIP", "выставка"},
		notes:     []string{"звонить после обеда", "просил прайс; ждёт скидку", "переезжают в новый офис", "оплата по факту"},
		families:  []string{"Придумкин", "Придумкина", "Образцов", "Образцова", "Примеров", "Примерова"},
		givens:    [2][]string{{"Иван", "Пётр", "Сергей"}, {"Анна", "Ольга", "Лидия"}},
		middles:   [2][]string{{"Иванович", "Петрович"}, {"Ивановна", "Петровна"}},
	},
	"uk": {
		places:    [][2]string{{"Київ", "Київ"}, {"Львівська область", "Львів"}, {"Одеська область", "Одеса"}},
		streets:   []string{"вул. Вигадана", "просп. Зразковий", "вул. Квіткова"},
		companies: []string{"ТОВ «%s»", "ПП «%s»"},
		traders:   []string{"ФОП"},
		flowers:   []string{"Калина", "Барвінок", "Мальва", "Чорнобривець"},
		endings:   []string{" Плюс", "-Трейд", " та партнери", ""},
		managers:  []string{"shevchuk", "bondar"},
		jobs:      []string{"директор", "головний бухгалтер", "менеджер із закупівель"},
		tags:      []string{"гурт", "роздріб", "VIP"},
		notes:     []string{"дзвонити після обіду", "чекає на знижку"},
		families:  []string{"Вигаданюк", "Вигадана", "Прикладенко", "Прикладна"},
		givens:    [2][]string{{"Іван", "Петро", "Юрій"}, {"Ганна", "Олена", "Леся"}},
		middles:   [2][]string{{"Іванович", "Петрович"}, {"Іванівна", "Петрівна"}},
	},
	"en": {
		places:    [][2]string{{"Example County", "Sampleton"}, {"Testshire", "Mockford"}},
		streets:   []string{"Invented Street", "Sample Road"},
		companies: []string{"%s Ltd", "%s Inc", "The %s Company"},
		traders:   []string{""},
		flowers:   []string{"Daisy", "Bluebell", "Tulip", "Foxglove"},
		endings:   []string{" Trading", " Partners", ""},
		managers:  []string{"smith", "jones"},
		jobs:      []string{"CEO", "accountant", "buyer"},
		tags:      []string{"wholesale", "retail", "VIP"},
		notes:     []string{"call after lunch", "asked for a price list"},
		families:  []string{"Placeholder", "Exampleton", "Sampleson", "Mockingham"},
		givens:    [2][]string{{"John", "Peter"}, {"Ann", "Mary"}},
	},
}
