package rest

import "golang.org/x/text/language"

// languages are those the server speaks, the default first.
var languages = []string{"en", "ru", "uk"}

var matcher = language.NewMatcher([]language.Tag{language.English, language.Russian, language.Ukrainian})

// languageOf returns which of languages an Accept-Language header likes best.
func languageOf(header string) string {
	if header == "" {
		return languages[0]
	}
	for _, l := range languages { // what most programs send
		if header == l {
			return l
		}
	}
	tags, weights, err := language.ParseAcceptLanguage(header)
	if err != nil {
		return languages[0]
	}
	for i := len(tags) - 1; i >= 0; i-- {
		if weights[i] == 0 { // "not this one"
			tags = append(tags[:i], tags[i+1:]...)
		}
	}
	_, index, _ := matcher.Match(tags...)
	return languages[index]
}
