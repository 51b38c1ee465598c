// Package formats reads files of clients into merge-patch documents and writes
// exports.
//
// A [Reader] turns NDJSON, CSV, XLSX and vCard into a stream of records. Each is
// one JSON object in the wire form of a client, meant as a merge patch: what is
// absent is not spoken of, null clears, a list is given whole. The package
// finds out encodings, delimiters and what columns mean; it does not judge
// clients. Phones, tax ids and the like are passed on as they were typed, for
// intake to make canonical and for rules to complain of. NDJSON lines are not
// even parsed here.
//
// # What it promises
//
//   - Memory does not follow the size of the file, of a line, of a photo in a card or of
//     what an archive claims to unpack to: a line, a record or a card takes Options.MaxLine at
//     most, a workbook is spooled to disk.
//   - A record that cannot be taken fails alone, with its line and every reason, and reading
//     goes on after it. A quote that is never closed costs one line.
//   - Input never makes it panic. A file that is no such file is refused at once, in words.
//   - Reading a CSV or XLSX export gives the exported clients again, except for what is
//     the server's (ids, revision, times, activity) and the order of channels of different types.
//
// # Tables
//
// CSV may be in UTF-8, UTF-16, windows-1251, cp866, koi8 or windows-1252, with ; , tab or | as
// delimiter, or any that a first line "sep=…" names. Of XLSX the first visible sheet with
// anything in it is read; dates are told from numbers by their format, and numbers in text
// columns keep their digits.
//
// The first line names the columns: in Russian, Ukrainian or English words (table titles in
// names.go; case, spaces and punctuation do not matter), or as an export does by wire names:
//
//	name  taxId  tags  channels.phone  contacts[0].jobTitle  contacts[0].channels.email
//	addresses[1].city  requisites[0].bic  contracts[0].endsOn  fields.gln  properties.loyalty
//	contacts[]  addresses[]  fields{}  properties{}     what has no column of its own, as JSON
//
// A heading above that line is passed over. Columns nobody knows become custom fields or are
// refused (Options.Unknown). Two columns for one field are refused. Several phones in a cell
// are split; lists are split at commas, semicolons and line breaks. In columns named by wire
// names a cell of channels is written as
//
//	+74957480113 (office) {raw=8 (495) 748-01-13, state=working}; +79161234567
//
// In merge mode an empty cell clears its field; otherwise it says nothing. A cell missing at
// the end of a CSV line never says anything. A list that the file has a column for is given
// whole: a file with a phone column alone replaces all channels.
//
// # vCards
//
// A card with ORG is a company with the person as its contact; any other is a person.
// Departments, dates of birth without a year and pictures are left out.
//
// # Codes
//
// Of a [FileError]: empty_file, wrong_format, unknown_format, unknown_option, compressed, not_text,
// unknown_encoding, no_header, unknown_columns, duplicate_columns, too_many_columns, bomb, too_large,
// damaged; in exports cell_too_long, too_many_rows.
//
// Of a [LineError]: line_too_long, invalid_utf8, unbalanced_quote, too_many_cells, broken_card,
// invalid_date, invalid_time, invalid_number, invalid_integer, invalid_bool, invalid_kind,
// invalid_entry, invalid_json, cell_error, lost_digits.
package formats
