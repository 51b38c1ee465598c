package crm

// Card is a client's encoded card with its number.
type Card struct {
	ID    int64
	Bytes []byte
}
