package demo

var (
	englishGiven = [2][]word{
		words(`Adam/a Brian/b Colin/c David/d Edward/e Frank/f George/g Henry/h James/j Martin/m Oliver/o Peter/p Simon/s Walter/w`),
		words(`Alice/a Beth/b Clare/c Diana/d Emma/e Fiona/f Grace/g Helen/h Julia/j Laura/l Nora/n Rose/r Susan/s Wendy/w`),
	}
	englishSurnames = surnames(`Ash/ash Brack/brack Crow/crow Dun/dun Elder/elder Fen/fen Glen/glen Haw/haw Marl/marl Nether/nether
		Oak/oak Pem/pem Ridge/ridge Salt/salt Thorn/thorn Wether/wether Yar/yar`,
		`grove/grove mere/mere well/well den/den combe/combe stead/stead wick/wick croft/croft`)
	englishBrand = [3][]word{
		words(`Al/al Bren/bren Cor/cor Dal/dal El/el Fal/fal Gar/gar Hal/hal Jen/jen Kel/kel Lun/lun Mor/mor Nor/nor Or/or Pel/pel Quan/quan
			Ros/ros Sel/sel Tor/tor Vel/vel Wes/wes`),
		words(`a/a e/e i/i o/o da/da li/li mo/mo ni/ni ra/ra va/va`),
		words(`dex/dex line/line mark/mark nta/nta ris/ris stone/stone tech/tech via/via ward/ward zon/zon`),
	}
	englishTrades = append(lines("Trading\nLogistics\nBuilders\nFoods\nSystems\nSupplies\nPartners\nMedical"), "", "", "", "")
	englishJobs   = lines(`Director
		Accountant
		Procurement manager
		Managing director
		Office manager
		Sales manager
		Chief engineer
		Secretary
		Legal adviser`)
	englishStreets = lines("Fernhill\nMillbrook\nOld Quay\nOrchard\nStation\nVictoria\nWharf\nWillow")
	englishNotes   = lines(`Call back after 3 pm
		Old base, check the data
		Prepayment only
		waiting for the new price list
		Duplicate? ask accounting`)
	noEnglishPerson  = lines("Accounts\nreception\nPurchasing")
	badEnglishPhones = lines("123\nask Wendy\n555\ncall mobile\n00000000000000000")
)

var british = &locale{
	country:   "GB",
	spellings: []string{"GB", "GB", "GB", "UK", "United Kingdom"},
	team:      teams.english,
	places: places(`
		London|Greater London|20 7946|EC1A #XX
		Leeds|West Yorkshire|113 496|LS1 #XX
		Sheffield|South Yorkshire|114 496|S1 #XX
		Nottingham|Nottinghamshire|115 496|NG1 #XX
		Leicester|Leicestershire|116 496|LE1 #XX
		Bristol|Bristol|117 496|BS1 #XX
		Reading|Berkshire|118 496|RG1 #XX
		Birmingham|West Midlands|121 496|B1 #XX
		Edinburgh|Edinburgh|131 496|EH1 #XX
		Manchester|Greater Manchester|161 496|M1 #XX`),
	given: englishGiven, surnames: englishSurnames, surnameLast: true,
	companyForms: lines("Ltd\nLtd\nLtd\nLLP\nPLC"), soleForm: "Sole trader",
	brand: englishBrand, trades: englishTrades, quotes: [][2]string{{"", ""}},
	jobTitles: englishJobs, streets: englishStreets, street: [2]string{"", " Road, "},
	banks: lines("Demo & Sons Bank\nSample Mutual"), notes: englishNotes, noPerson: noEnglishPerson, badPhones: badEnglishPhones,
	officePhones: lines("+44 @ 0###\n0@ 0###\n+44 (0)@ 0###\ntel: 0@ 0###\n0@ 0### ext 1#"),
	mobilePhones: lines("+44 @ ###\n0@ ###\n0@###"),
	mobileCodes:  lines("7700 900"),
}

var american = &locale{
	country:   "US",
	spellings: []string{"US", "US", "US", "USA", "United States"},
	team:      teams.english,
	places: places(`
		New York|NY|212|100##
		Chicago|IL|312|606##
		Denver|CO|303|802##
		Boston|MA|617|021##
		Seattle|WA|206|981##
		Austin|TX|512|787##
		Portland|OR|503|972##`),
	given: englishGiven, surnames: englishSurnames, surnameLast: true,
	companyForms: lines("LLC\nLLC\nInc.\nCorp."), soleForm: "Sole proprietor",
	brand: englishBrand, trades: englishTrades, quotes: [][2]string{{"", ""}},
	jobTitles: englishJobs, streets: englishStreets, street: [2]string{"", " Street, "},
	banks: lines("First Demo Bank\nSample Trust"), notes: englishNotes, noPerson: noEnglishPerson, badPhones: badEnglishPhones,
	officePhones: lines("+1 (@) 555-01##\n(@) 555-01##\n@-555-01##\n@.555.01##\n1 @ 555 01##\n(@) 555-01## ext. 1#"),
	mobilePhones: lines("+1 @ 555 01##\n@-555-01##\n(@) 555-01##\n+1@55501##"),
	mobileCodes:  lines("646\n332\n718\n415\n628\n720"),
}
