package wasm

import (
	"context"

	"assay/sdk/abi"
)

// apart runs one check over the batch so that a record does not see what was before it: before each
// record, or before the batch and after a fault, the instance is made what its image shows.
func (e *evaluation) apart(ctx context.Context, check int) error {
	count := e.batch.Len()
	for next := 0; next < count; {
		if err := ctx.Err(); err != nil {
			return err
		}
		end := count
		if e.alone(check) {
			end = next + 1
		}
		handle, fuel, err := e.isolate(ctx, check, next)
		if err != nil {
			e.note(check, next, 0)
			if err := e.fail(ctx, check, next, end, err); err != nil {
				return err
			}
			next = end
			continue
		}
		for next < end && !e.spoilt && ctx.Err() == nil {
			next = e.cross(check, handle, fuel, next)
		}
	}
	return nil
}

// alone says whether each record is evaluated by itself. A batch of one is no other thing.
func (e *evaluation) alone(check int) bool {
	return e.checks[check].Isolation == abi.IsolateRecord || e.batch.Len() == 1
}

// isolate makes sure that there is an instance that has seen no client, has the check configured and
// holds the card, or the batch.
func (e *evaluation) isolate(ctx context.Context, check, card int) (handle uint32, fuel int64, err error) {
	c := e.checks[check]
	fuel, pages, err := e.module.host.limitsOf(c)
	if err != nil {
		return 0, 0, err
	}
	alone := e.alone(check)
	size := len(e.batch.Bytes())
	if alone {
		size = abi.BatchEntry + len(e.batch.Card(card))
	}
	if handle, err = e.bring(ctx, keyFor(c, pages, size, !alone), fuel); err != nil {
		return 0, 0, err
	}
	if e.in.once && alone { // which is the same for each record
		fuel -= e.preparing
	}
	e.in.touched, e.in.served = true, e.batch
	if alone {
		e.first, e.end = card, card+1
		e.in.placeOne(e.batch.Card(card))
		return handle, fuel, nil
	}
	e.first, e.end = 0, e.batch.Len()
	return handle, fuel, e.in.place(e.batch, 0)
}

// bring makes e.in an instance as the image of that key shows it, and returns the handle of its check. What is
// made for these records alone is theirs to pay, from a record's fuel when it is made for each.
func (e *evaluation) bring(ctx context.Context, key imageKey, fuel int64) (handle uint32, err error) {
	if e.module.keeps != "" {
		return e.bringNew(ctx, key, fuel)
	}
	if e.image == nil || e.key != key {
		e.image.release()
		if e.image, err = e.module.imageOf(ctx, key, e.allowance); err != nil {
			return 0, err
		}
		if e.image.counted == nil {
			e.preparing = e.image.spent
		}
		e.key = key
	}
	if e.in == nil || e.in.image == nil || e.in.pages != key.pages || e.in.restore(e.image) != nil {
		e.done()
		if e.in, err = e.module.takeImage(ctx, key.pages, e.batch, e.image); err != nil {
			return 0, err
		}
	}
	e.spoilt = false
	return e.image.handle, nil
}

// bringNew is bring for a module that cannot be restored.
func (e *evaluation) bringNew(ctx context.Context, key imageKey, fuel int64) (handle uint32, err error) {
	e.done()
	record := &allowance{bound: fuel, of: e.allowance}
	e.in, handle, err = e.module.prepared(ctx, key, record)
	e.preparing = record.spent
	if err != nil {
		return 0, e.module.tooDear(err, record)
	}
	e.in.once = true
	return handle, nil
}
