// Package clients reads clients for those who write rules, out of files in any format that an import takes: a record
// becomes a card, and cards come in batches that modules take.
//
// A client with an id is from a server, as exports write it, and is taken as it is stored there. One without is new:
// its card is what a write of it would store, with phones, tax ids, dates and the like made canonical, placeholders
// such as "-" emptied, rows numbered.
//
// Memory does not follow the size of the file. A line that is no client is told with its number and why, and reading
// goes on.
package clients
