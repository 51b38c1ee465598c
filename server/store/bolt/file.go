package bolt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"go.etcd.io/bbolt"

	"assay/server/crm"
)

// FileName is the name of the base's file in its directory.
const FileName = "assay.db"

// Errors of Open; test with errors.Is.
var (
	ErrLocked  = errors.New("another process holds the base")
	ErrForeign = errors.New("not a base of Assay")
	ErrNewer   = errors.New("the base was written by a newer version of Assay")
	ErrDamaged = errors.New("the base is damaged")
)

// ErrClosed is returned by every call on a closed store.
var ErrClosed = errors.New("the store is closed")

// The meta page of a bbolt file, after the 16 bytes of a page header.
const (
	metaMagic    = 0xED0CDAED
	metaHeader   = 16
	metaLength   = 64
	metaChecksum = 56 // place of the FNV-64a of what is before it
)

// checkFile tells whether the bytes of a file can be a whole bbolt file, before
// they are mapped into memory: a missing page would kill the process.
func checkFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%w: %s is not a regular file", ErrForeign, path)
	}
	newest, err := newestMeta(f)
	if err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	if newest == nil {
		return fmt.Errorf("%w: %s (%d bytes) has no valid header", ErrForeign, path, info.Size())
	}
	if need := newest.pages * newest.pageSize; info.Size() < need {
		return fmt.Errorf("%w: %s has %d bytes and should have %d; restore it from a backup",
			ErrDamaged, path, info.Size(), need)
	}
	return nil
}

type fileMeta struct {
	pageSize, pages int64
	txid            uint64
}

// newestMeta returns the newer of the two meta pages that are valid, nil when
// none is. The page size is that of whoever made the file.
func newestMeta(f io.ReaderAt) (*fileMeta, error) {
	var newest *fileMeta
	consider := func(at int64) error {
		m, err := metaAt(f, at)
		if m != nil && (newest == nil || m.txid > newest.txid) {
			newest = m
		}
		return err
	}
	if err := consider(0); err != nil {
		return nil, err
	}
	for size := int64(1 << 10); size <= 64<<10; size <<= 1 {
		if err := consider(size); err != nil {
			return nil, err
		}
	}
	return newest, nil
}

func metaAt(f io.ReaderAt, at int64) (*fileMeta, error) {
	var b [metaHeader + metaLength]byte
	if _, err := f.ReadAt(b[:], at); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		return nil, err
	}
	m := b[metaHeader:]
	sum := fnv.New64a()
	sum.Write(m[:metaChecksum])
	if binary.NativeEndian.Uint32(m) != metaMagic || binary.NativeEndian.Uint64(m[metaChecksum:]) != sum.Sum64() {
		return nil, nil
	}
	return &fileMeta{
		pageSize: int64(binary.NativeEndian.Uint32(m[8:])),
		pages:    int64(binary.NativeEndian.Uint64(m[40:])),
		txid:     binary.NativeEndian.Uint64(m[48:]),
	}, nil
}

// createFile makes an empty base. It is made beside its place and moved there
// when it is whole and on disk, so that a crash leaves all of it or nothing. A
// file that appears there meanwhile is left alone.
func createFile(dir, path string, options *bbolt.Options) error {
	beside, err := os.CreateTemp(dir, FileName+".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(beside.Name())
	if err := beside.Close(); err != nil {
		return err
	}
	db, err := bbolt.Open(beside.Name(), 0o600, options)
	if err != nil {
		return err
	}
	if err := errors.Join(db.Update(layOut), db.Sync(), db.Close()); err != nil {
		return err
	}
	if err := moveNew(beside.Name(), path); err != nil {
		return err
	}
	return syncDir(dir)
}

// dropUnfinished removes the files of createFile calls that a crash ended. A
// young one may belong to a process that starts at this moment.
func dropUnfinished(dir string, now time.Time) {
	const young = time.Minute
	left, err := filepath.Glob(filepath.Join(dir, FileName+".new-*"))
	if err != nil {
		return // the pattern is bad: the directory has brackets in its name
	}
	for _, path := range left {
		if info, err := os.Stat(path); err == nil && now.Sub(info.ModTime()) > young {
			_ = os.Remove(path) // it takes room and harms nobody
		}
	}
}

// layOut makes the buckets of an empty base.
func layOut(tx *bbolt.Tx) error {
	for _, name := range slices.Concat(allBuckets, laterBuckets) {
		if _, err := tx.CreateBucket(name); err != nil {
			return err
		}
	}
	meta := tx.Bucket(bucketMeta)
	if err := meta.Put(keyFormat, []byte(formatName+strconv.Itoa(formatVersion))); err != nil {
		return err
	}
	return meta.Put(keyCounters, counters{generation: 1}.bytes())
}

// upgrade makes the buckets that a base of an earlier release lacks, and marks it
// as one of this format, which that release does not understand.
func upgrade(db *bbolt.DB) error {
	marker := formatName + strconv.Itoa(formatVersion)
	current := false
	err := db.View(func(tx *bbolt.Tx) error {
		current = string(tx.Bucket(bucketMeta).Get(keyFormat)) == marker &&
			!slices.ContainsFunc(laterBuckets, func(name []byte) bool { return tx.Bucket(name) == nil })
		return nil
	})
	if err != nil || current {
		return err
	}
	return db.Update(func(tx *bbolt.Tx) error {
		for _, name := range laterBuckets {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		return tx.Bucket(bucketMeta).Put(keyFormat, []byte(marker))
	})
}

// moveNew gives a file its final name unless that name is taken: two processes
// that start in an empty directory must end up with the same file.
func moveNew(from, to string) error {
	err := os.Link(from, to)
	if err == nil || errors.Is(err, os.ErrExist) {
		return nil
	}
	return os.Rename(from, to) // a file system without hard links
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, os.ErrPermission) { // a system that has no such thing
		err = nil
	}
	return errors.Join(err, d.Close())
}

// checkFormat tells whether an open bbolt file is a base of this version.
func checkFormat(tx *bbolt.Tx, path string) error {
	meta := tx.Bucket(bucketMeta)
	if meta == nil {
		return fmt.Errorf("%w: %s is the file of another program", ErrForeign, path)
	}
	format := string(meta.Get(keyFormat))
	version, err := strconv.Atoi(strings.TrimPrefix(format, formatName))
	if err != nil || !strings.HasPrefix(format, formatName) {
		return fmt.Errorf("%w: %s has the format marker %q", ErrForeign, path, format)
	}
	if version > formatVersion {
		return fmt.Errorf("%w: %s has format %d, this program knows up to %d", ErrNewer, path, version, formatVersion)
	}
	for _, name := range allBuckets {
		if tx.Bucket(name) == nil {
			return fmt.Errorf("%w: %s has no bucket %q; restore it from a backup", ErrDamaged, path, name)
		}
	}
	return nil
}

// storageError names what failed. A full disk, quota or file size limit is crm.ErrNoSpace;
// bbolt flattens some of its errors to text.
func storageError(doing string, err error) error {
	if err == nil {
		return nil
	}
	for _, full := range []syscall.Errno{syscall.ENOSPC, syscall.EFBIG, syscall.EDQUOT} {
		if errors.Is(err, full) || strings.Contains(err.Error(), full.Error()) {
			return fmt.Errorf("%s: %w: %w", doing, crm.ErrNoSpace, err)
		}
	}
	return fmt.Errorf("%s: %w", doing, err)
}

func pathIn(dir string) string { return filepath.Join(dir, FileName) }
