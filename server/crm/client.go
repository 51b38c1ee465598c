package crm

// Client is one client of the base, in the form the API shows it.
//
// The JSON tags are the wire contract. ID, Revision, Activity, Completeness,
// the row ids and CreatedAt/UpdatedAt are the server's: given in input they
// are ignored (row ids are matched).
type Client struct {
	ID                 int64             `json:"id"`
	ExternalID         string            `json:"externalId"`
	Revision           int64             `json:"revision"`
	Kind               string            `json:"kind"` // company | soleTrader | person
	Name               string            `json:"name"`
	LegalForm          string            `json:"legalForm"`
	TaxID              string            `json:"taxId"`
	RegistrationNumber string            `json:"registrationNumber"`
	Country            string            `json:"country"`
	Region             string            `json:"region"`
	Holding            string            `json:"holding"`
	Industries         []string          `json:"industries"`
	CompanySize        string            `json:"companySize"`
	DealPotential      string            `json:"dealPotential"`
	Solvency           string            `json:"solvency"`
	Source             string            `json:"source"`
	Stage              string            `json:"stage"`
	Importance         string            `json:"importance"`
	Status             string            `json:"status"`
	Manager            string            `json:"manager"`
	Managers           []string          `json:"managers"`
	Channels           []Channel         `json:"channels"`
	Addresses          []Address         `json:"addresses"`
	Contacts           []Contact         `json:"contacts"`
	Properties         map[string]string `json:"properties"`
	Categories         []string          `json:"categories"`
	Tags               []string          `json:"tags"`
	Fields             map[string]Value  `json:"fields"`
	Requisites         []Requisite       `json:"requisites"`
	Contracts          []Contract        `json:"contracts"`
	Birthday           Date              `json:"birthday"`
	WorkHours          string            `json:"workHours"`
	CallWindow         string            `json:"callWindow"`
	NextContactAt      Time              `json:"nextContactAt"`
	Unsubscribed       bool              `json:"unsubscribed"`
	Notes              string            `json:"notes"`
	Activity           Activity          `json:"activity"`
	Completeness       int64             `json:"completeness"` // 0-100
	CreatedAt          Time              `json:"createdAt"`
	UpdatedAt          Time              `json:"updatedAt"`
	VerifiedAt         Time              `json:"verifiedAt"`
}

// Channel is one way to reach a client or a contact.
type Channel struct {
	ID        string `json:"id"`
	Type      string `json:"type"`  // phone | email | site | messenger | social | other
	Value     string `json:"value"` // canonical, or the trimmed text when State is invalid
	Raw       string `json:"raw"`   // as it was typed
	Label     string `json:"label"`
	State     string `json:"state"` // unverified | working | dead | invalid
	CheckedAt Time   `json:"checkedAt"`
}

// Address is a postal address of a client.
type Address struct {
	ID         string `json:"id"`
	Type       string `json:"type"`
	Text       string `json:"text"`
	City       string `json:"city"`
	PostalCode string `json:"postalCode"`
}

// Contact is a person at the client.
type Contact struct {
	ID           string    `json:"id"`
	Name         string    `json:"name"`
	JobTitle     string    `json:"jobTitle"`
	DecisionRole string    `json:"decisionRole"`
	Birthday     Date      `json:"birthday"`
	Channels     []Channel `json:"channels"`
}

// Requisite is a bank account of a client.
type Requisite struct {
	ID      string `json:"id"`
	Bank    string `json:"bank"`
	BIC     string `json:"bic"`
	Account string `json:"account"`
}

// Contract is an agreement with a client.
type Contract struct {
	ID       string `json:"id"`
	Number   string `json:"number"`
	StartsOn Date   `json:"startsOn"`
	EndsOn   Date   `json:"endsOn"`
	Amount   Money  `json:"amount"`
}

// Activity sums up a client's timeline; it is computed by the server.
type Activity struct {
	Interactions      int64 `json:"interactions"`
	LastInteractionAt Time  `json:"lastInteractionAt"`
	Purchases         int64 `json:"purchases"`
	Revenue           Money `json:"revenue"`
	FirstPurchaseAt   Time  `json:"firstPurchaseAt"`
	LastPurchaseAt    Time  `json:"lastPurchaseAt"`
}

// Card is a client's encoded card with its number.
type Card struct {
	ID    int64
	Bytes []byte
}
