package demo

import "strings"

// Values that are the same in all languages. A list begins with what is met
// most often.
var (
	sources      = lines("site\nreferral\ncold-call\nexhibition\nadvertising\nmarketplace\npartner\nсайт")
	stages       = lines("lead\nqualification\nnegotiation\nproposal\ncontract\nregular\nlost")
	statuses     = lines("active\nnew\npaused\nreserved\nclosed\nактивен")
	importances  = lines("normal\nhigh\nlow\ncritical")
	sizes        = lines("small\nmicro\nmedium\nlarge")
	potentials   = lines("medium\nlow\nhigh")
	solvencies   = lines("good\nunknown\ndelays\nbad")
	industries   = lines("wholesale\nretail\nconstruction\nlogistics\nmanufacturing\nagriculture\nit\npharmacy\nfood\nhoreca\neducation\nmedicine\nautomotive")
	tags         = lines("vip\nexport\ndelivery\n2024\nneeds-call\nprice-sensitive\nedo\nseasonal\ntender\nold-base")
	categories   = lines("partner\nend-user\ndealer\nsupplier\nagency\nbudget\nretail-chain")
	roles        = lines("user\ndecision-maker\ninfluencer\ngatekeeper")
	workHours    = lines("9-18\n09:00-18:00\n10:00-19:00 mon-fri\n8-17\n24/7")
	callWindows  = lines("10-12\n14:00-17:00\nafter 15\nmorning")
	loyalties    = lines("silver\ngold\nplatinum\nnone")
	addressTypes = lines("legal\nactual\ndelivery\npostal")
	messengers   = lines("telegram\nwhatsapp\nviber")
	sitePrefixes = lines("https://\nwww.\nhttps://www.")
	mailNames    = lines("info\noffice\nsales\nmail\nzakaz\ncontact")
	freeHosts    = lines("example.com\nexample.net\nexample.org\npost.example\nmail.example")
	placeholders = append(lines("-\nнет\n—\nн/д\nn/a\n?"), "", " ")
)

// The order in which a client's channels are given: a firm's and a person's.
var (
	firmChannels = [][]string{
		{"phone", "email", "site"}, {"phone", "email", "messenger"}, {"phone", "site", "email"},
		{"email", "phone", "site"}, {"email", "site", "messenger"}, {"phone", "phone", "email"},
	}
	personChannels = [][]string{
		{"phone", "email", "messenger"}, {"phone", "email", "phone"}, {"email", "phone", "messenger"}, {"phone", "messenger", "email"},
	}
)

// teams are the 40 managers, by login; each serves the clients of one country
// and language.
var teams = struct{ north, south, ukraine, english []string }{
	north: strings.Fields(`a.lugarina d.berezhnov e.zimenko i.tavrin k.orlikova m.sedych n.polevaya o.ravinskiy
		p.kuvaldin r.shumov s.yarovaya t.melkhin`),
	south: strings.Fields(`a.dolgopyatov b.kamneva e.stepovoy g.ruchev i.lipkina k.zvonarev l.morozko m.garin
		n.chernigin o.svetova s.pryakhin v.tikhaya`),
	ukraine: strings.Fields(`a.verbenko d.kalynchuk i.stepura l.zhytnyk m.yavoriv o.haidenko s.rosava t.lozova y.dubrava`),
	english: strings.Fields(`b.ashgrove c.wetherden e.hollowby j.marlcroft k.penhurst n.thornleigh w.saltmere`),
}
