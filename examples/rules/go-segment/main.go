// Command rfm divides clients by how recently, how often and for how much they buy, with fixed bounds: a client that
// crosses one changes its segment at once, whatever the others do.
package main

import (
	"errors"

	"assay/sdk/go"
)

func main() {}

// Settings are the bounds.
type Settings struct {
	Recent int64   `json:"recent" title:"Days since a purchase that is recent" default:"90" minimum:"1"`
	Lost   int64   `json:"lost" title:"Days after which a client is lost" default:"365" minimum:"1"`
	Often  int64   `json:"often" title:"Purchases of a client that buys often" default:"5" minimum:"2"`
	Large  float64 `json:"large" title:"Revenue of a large client" default:"100000" minimum:"0"`

	large int64 // in hundredths, as clients have it
}

// Validate refuses bounds that contradict one another.
func (s *Settings) Validate() error {
	if s.Lost <= s.Recent {
		return errors.New("lost must be more days than recent")
	}
	if s.Large > 1e15 {
		return errors.New("large is more money than a client can have")
	}
	s.large = int64(s.Large*100 + 0.5)
	return nil
}

// why is the reason of every label; {{ days }} and the others are its parameters.
var why = assay.Texts{
	"en": "{{ purchases }} purchases, the last {{ days }} days ago",
	"ru": "Покупок: {{ purchases }}, последняя {{ days }} дн. назад",
	"uk": "Покупок: {{ purchases }}, остання {{ days }} дн. тому",
}

// RFM is the check.
var RFM = assay.Segmentation("rfm", rfm).
	Label("champions", assay.Texts{"en": "Champions", "ru": "Лучшие", "uk": "Найкращі"}).Message("champions", why).
	Label("loyal", assay.Texts{"en": "Loyal", "ru": "Лояльные", "uk": "Лояльні"}).Message("loyal", why).
	Label("promising", assay.Texts{"en": "Promising", "ru": "Перспективные", "uk": "Перспективні"}).Message("promising", why).
	Label("at-risk", assay.Texts{"en": "At risk", "ru": "Под угрозой", "uk": "Під загрозою"}).Message("at-risk", why).
	Label("sleeping", assay.Texts{"en": "Sleeping", "ru": "Спящие", "uk": "Сплячі"}).Message("sleeping", why).
	Label("lost", assay.Texts{"en": "Lost", "ru": "Потерянные", "uk": "Втрачені"}).Message("lost", why)

func rfm(s *Settings, client assay.Client, report *assay.Report) {
	purchases := client.Purchases()
	if purchases == 0 || !client.HasLastPurchaseAt() {
		return // who has bought nothing is in no segment
	}
	days := max(0, (assay.Now()-client.LastPurchaseAt())/assay.Day)
	report.Label(segment(s, days, purchases, client.Revenue())).ParamInt("purchases", purchases).ParamInt("days", days)
	report.Measure("recency", days)
	report.Measure("average", client.Revenue()/purchases)
}

// segment returns the label of a client that has bought something.
func segment(s *Settings, days, purchases, revenue int64) string {
	often, large := purchases >= s.Often, revenue >= s.large
	switch {
	case days > s.Lost:
		return "lost"
	case days > s.Recent && (often || large):
		return "at-risk"
	case days > s.Recent:
		return "sleeping"
	case often && large:
		return "champions"
	case often:
		return "loyal"
	}
	return "promising"
}
