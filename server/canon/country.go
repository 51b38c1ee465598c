package canon

import "strings"

// Country returns the ISO 3166-1 alpha-2 code for a country's name in
// Russian, Ukrainian or English, for a usual abbreviation (РФ, США, UK) or an
// alpha-3 code. Any two Latin letters are taken as a code and upper-cased; text
// it does not know stays as Name leaves it.
func Country(s string) string {
	s = Name(s)
	if len(s) == 2 && latin(s[0]) && latin(s[1]) {
		return alpha2(s)
	}
	if code, ok := countries[strings.ToLower(s)]; ok {
		return code
	}
	return s
}

func alpha2(s string) string {
	if upper(s[0]) && upper(s[1]) && s != "UK" {
		return s
	}
	s = strings.ToUpper(s)
	if s == "UK" { // reserved in ISO 3166-1 for, and in common use as, GB
		return "GB"
	}
	return s
}

func upper(c byte) bool { return c >= 'A' && c <= 'Z' }
func latin(c byte) bool { return upper(c &^ 0x20) }

// countries maps lower-case names to codes.
var countries = func() map[string]string {
	m := make(map[string]string, 4*len(countryNames))
	for code, names := range countryNames {
		for name := range strings.SplitSeq(names, "|") {
			m[name] = code
		}
	}
	return m
}()

// countryNames lists lower-case names by code: alpha-3, English, Russian,
// Ukrainian, then other usual ones.
var countryNames = map[string]string{
	"AE": "are|united arab emirates|uae|оаэ|объединенные арабские эмираты|объединённые арабские эмираты|оае|об'єднані арабські емірати|об’єднані арабські емірати",
	"AM": "arm|armenia|армения|вірменія|республика армения",
	"AT": "aut|austria|австрия|австрія",
	"AU": "aus|australia|австралия|австралія",
	"AZ": "aze|azerbaijan|азербайджан|азербайджанская республика",
	"BE": "bel|belgium|бельгия|бельгія",
	"BG": "bgr|bulgaria|болгария|болгарія",
	"BR": "bra|brazil|бразилия|бразилія",
	"BY": "blr|belarus|беларусь|білорусь|белоруссия|білорусія|рб|республика беларусь|republic of belarus|byelorussia",
	"CA": "can|canada|канада",
	"CH": "che|switzerland|швейцария|швейцарія",
	"CN": "chn|china|китай|кнр|prc",
	"CY": "cyp|cyprus|кипр|кіпр",
	"CZ": "cze|czechia|чехия|чехія|czech republic|чешская республика|чеська республіка",
	"DE": "deu|germany|германия|німеччина|фрг",
	"DK": "dnk|denmark|дания|данія",
	"EE": "est|estonia|эстония|естонія",
	"EG": "egy|egypt|египет|єгипет",
	"ES": "esp|spain|испания|іспанія",
	"FI": "fin|finland|финляндия|фінляндія",
	"FR": "fra|france|франция|франція",
	"GB": "gbr|united kingdom|великобритания|велика британія|great britain|britain|england|англия|англія|соединенное королевство|соединённое королевство|сполучене королівство",
	"GE": "geo|georgia|грузия|грузія",
	"GR": "grc|greece|греция|греція",
	"HK": "hkg|hong kong|гонконг",
	"HR": "hrv|croatia|хорватия|хорватія",
	"HU": "hun|hungary|венгрия|угорщина",
	"IE": "irl|ireland|ирландия|ірландія",
	"IL": "isr|israel|израиль|ізраїль",
	"IN": "ind|india|индия|індія",
	"IR": "irn|iran|иран|іран",
	"IT": "ita|italy|италия|італія",
	"JP": "jpn|japan|япония|японія",
	"KG": "kgz|kyrgyzstan|киргизия|киргизстан|кыргызстан|киргизская республика|кыргызская республика",
	"KR": "kor|south korea|южная корея|південна корея|корея|республика корея|korea",
	"KZ": "kaz|kazakhstan|казахстан|рк|республика казахстан|republic of kazakhstan|қазақстан",
	"LT": "ltu|lithuania|литва|литовская республика",
	"LU": "lux|luxembourg|люксембург",
	"LV": "lva|latvia|латвия|латвія",
	"MD": "mda|moldova|молдова|молдавия|молдавія|республика молдова",
	"ME": "mne|montenegro|черногория|чорногорія",
	"MN": "mng|mongolia|монголия|монголія",
	"MX": "mex|mexico|мексика",
	"NL": "nld|netherlands|нидерланды|нідерланди|the netherlands|holland|голландия|голландія",
	"NO": "nor|norway|норвегия|норвегія",
	"PL": "pol|poland|польша|польща",
	"PT": "prt|portugal|португалия|португалія",
	"RO": "rou|romania|румыния|румунія",
	"RS": "srb|serbia|сербия|сербія",
	"RU": "rus|russia|россия|росія|рф|российская федерация|російська федерація|russian federation",
	"SE": "swe|sweden|швеция|швеція",
	"SG": "sgp|singapore|сингапур|сінгапур",
	"SI": "svn|slovenia|словения|словенія",
	"SK": "svk|slovakia|словакия|словаччина",
	"TH": "tha|thailand|таиланд|таїланд|тайланд",
	"TJ": "tjk|tajikistan|таджикистан|республика таджикистан",
	"TM": "tkm|turkmenistan|туркменистан|туркмения|туркменія",
	"TR": "tur|turkey|турция|туреччина|türkiye|turkiye",
	"UA": "ukr|ukraine|украина|україна",
	"US": "usa|united states|сша|united states of america|соединенные штаты америки|соединённые штаты америки|сполучені штати америки|америка",
	"UZ": "uzb|uzbekistan|узбекистан|республика узбекистан",
	"VN": "vnm|vietnam|вьетнам|в'єтнам|в’єтнам|viet nam",
}
