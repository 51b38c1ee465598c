package bolt

import (
	"encoding/binary"
	"fmt"

	"go.etcd.io/bbolt"
)

// The buckets of the file.
var (
	bucketMeta        = []byte("meta")        // keyFormat, keyCounters, keyHidden
	bucketCards       = []byte("cards")       // client number -> card
	bucketResults     = []byte("results")     // rule -> bucket of block number -> block
	bucketPending     = []byte("pending")     // rule -> bitmap of the shards it still has to judge
	bucketObjects     = []byte("objects")     // kind, 0, name -> version, object
	bucketModules     = []byte("modules")     // digest -> size, time, meta
	bucketWasm        = []byte("wasm")        // digest -> bytes
	bucketEvents      = []byte("events")      // first seq -> record of events
	bucketIdempotency = []byte("idempotency") // key -> digest, client number, time
	bucketKeyAges     = []byte("keyages")     // time, key -> nothing
	bucketJobs        = []byte("jobs")        // id -> job
	bucketJobClients  = []byte("jobclients")  // id of a job -> bucket of client number -> what the job says of it

	bucketRevisions = []byte("revisions") // kind, 0, name, 0, number -> time, by, change, object
	bucketLives     = []byte("lives")     // client number, identity of a finding -> what was decided about it
	bucketPast      = []byte("past")      // block number, whether it is fresh, number -> record of what became of findings
	bucketSelectors = []byte("selectors") // selector -> rule whose findings it waives
	bucketDays      = []byte("days")      // day -> snapshot

	keyFormat   = []byte("format")
	keyCounters = []byte("counters")
	keyHidden   = []byte("hidden") // names of rules, each with a 0 behind it; absent: none
)

var allBuckets = [][]byte{
	bucketMeta, bucketCards, bucketResults, bucketPending, bucketObjects, bucketModules,
	bucketWasm, bucketEvents, bucketIdempotency, bucketKeyAges,
}

// laterBuckets are those that a base of an earlier release lacks; opening it
// makes them.
var laterBuckets = [][]byte{bucketRevisions, bucketJobs, bucketJobClients, bucketLives, bucketPast, bucketSelectors, bucketDays}

// The format marker is "assay.store/" and a version. A newer version is a file
// that this program must not touch.
const (
	formatName    = "assay.store/"
	formatVersion = 2
)

const (
	blockBits = 10             // a block or shard holds the clients id>>blockBits
	blockSize = 1 << blockBits // clients in a block

	maxID          = 1<<32 - 1 // the bitmaps hold 32-bit numbers
	maxExternalID  = 4096      // bytes
	maxRuleName    = 4096      // bytes; keys of the file must be short
	maxKeySize     = 4096      // bytes of an idempotency key
	maxObjectName  = 4096      // bytes of kind and name of an object, or of a digest
	countersLength = 4 * 8
)

// counters are the numbers the store gives out.
type counters struct {
	lastID     int64  // the newest client number
	lastSeq    int64  // the newest event
	generation uint64 // of the rule set
	version    int64  // of the newest declared object
}

func readCounters(tx *bbolt.Tx) (counters, error) {
	b := tx.Bucket(bucketMeta).Get(keyCounters)
	if len(b) != countersLength {
		return counters{}, fmt.Errorf("%w: its counters have %d bytes instead of %d", ErrDamaged, len(b), countersLength)
	}
	return counters{
		lastID:     int64(binary.BigEndian.Uint64(b)),
		lastSeq:    int64(binary.BigEndian.Uint64(b[8:])),
		generation: binary.BigEndian.Uint64(b[16:]),
		version:    int64(binary.BigEndian.Uint64(b[24:])),
	}, nil
}

func (c counters) bytes() []byte {
	b := make([]byte, 0, countersLength)
	b = binary.BigEndian.AppendUint64(b, uint64(c.lastID))
	b = binary.BigEndian.AppendUint64(b, uint64(c.lastSeq))
	b = binary.BigEndian.AppendUint64(b, c.generation)
	return binary.BigEndian.AppendUint64(b, uint64(c.version))
}

// key returns the key of a number; keys sort as their numbers do.
func key(n int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(n)) }

// number returns the number of a key, 0 for anything that is not one.
func number(key []byte) int64 {
	if len(key) != 8 {
		return 0
	}
	return int64(binary.BigEndian.Uint64(key))
}
