// Package demo makes up a client base that looks like a real one that nobody
// has looked after: Russian, Ukrainian and English companies, sole traders and
// persons, some complete, many not.
//
// Clients are NDJSON documents in the wire form of the API. The same seed and
// number give the same bytes, on any machine; a longer base begins with the
// shorter one. The shares of what is missing or broken are the constants below.
//
// Nobody in it exists. Names are put together from word tables; phones lie in
// codes that are not in service or are set aside for fiction, e-mail domains in
// .example (RFC 2606), tax ids have right check digits in ranges that no
// office gives out.
package demo
