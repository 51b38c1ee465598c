// Package abitest says what every reader of cards must see, for the tests of readers: Fields writes it as lines of text,
// by the accessors of package abi, as sdk/conformance/README.md has it.
package abitest
