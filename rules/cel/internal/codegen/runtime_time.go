package codegen

import (
	"fmt"

	"assay/rules/cel/internal/ir"
	"assay/rules/cel/internal/wasmgen"
)

const dayMillis = 24 * 60 * 60 * 1000

// timeCompare(ms, ns, ms, ns) orders two timestamps: below 0, 0, above 0.
func (rt *runtime) timeCompare() *wasmgen.Func {
	return rt.fn("timeCompare", sig(i64, i32, i64, i32), sig(i32), func(f *wasmgen.Func) {
		a, an, b, bn := f.Param(0), f.Param(1), f.Param(2), f.Param(3)
		f.Do(an, bn, wasmgen.I32Sub, a, b, wasmgen.I64GtS, a, b, wasmgen.I64LtS, wasmgen.I32Sub, a, b, wasmgen.I64Eq, wasmgen.Select)
	})
}

// timeAdd(ms, ns, duration) is the sum and whether it is outside the years 1 to 9999.
func (rt *runtime) timeAdd() *wasmgen.Func {
	return rt.fn("timeAdd", sig(i64, i32, i64), sig(i64, i32, i32), func(f *wasmgen.Func) {
		ms, ns, d := f.Param(0), f.Param(1), f.Param(2)
		f.Do(ns, d, wasmgen.Int64(1e6), rt.floorMod(), wasmgen.I32WrapI64, wasmgen.I32Add, wasmgen.Set(ns))
		f.Do(ms, d, wasmgen.Int64(1e6), rt.floorDiv(), wasmgen.I64Add, wasmgen.Set(ms))
		f.Do(ns, wasmgen.Int32(1e6), wasmgen.I32GeS)
		f.If()
		f.Do(ns, wasmgen.Int32(1e6), wasmgen.I32Sub, wasmgen.Set(ns), ms, wasmgen.Int64(1), wasmgen.I64Add, wasmgen.Set(ms))
		f.End()
		f.Do(ms, ns, ms, wasmgen.Int64(minMillis), wasmgen.I64Sub, wasmgen.Int64(maxMillis-minMillis), wasmgen.I64GtU)
	})
}

// timeSub(ms, ns, ms, ns) is the duration between and whether it does not fit. As in cel-go
// the whole seconds must fit by themselves.
func (rt *runtime) timeSub() *wasmgen.Func {
	return rt.fn("timeSub", sig(i64, i32, i64, i32), sig(i64, i32), func(f *wasmgen.Func) {
		a, an, b, bn := f.Param(0), f.Param(1), f.Param(2), f.Param(3)
		seconds, nanos := f.Local(i64), f.Local(i64)
		const most = 9223372036 // seconds in a duration
		f.Do(a, wasmgen.Int64(1000), rt.floorDiv(), b, wasmgen.Int64(1000), rt.floorDiv(), wasmgen.I64Sub, wasmgen.Tee(seconds),
			wasmgen.Int64(most), wasmgen.I64Add, wasmgen.Int64(2*most), wasmgen.I64GtU)
		f.If()
		f.Do(wasmgen.Int64(0), wasmgen.Int32(1), wasmgen.Return)
		f.End()
		f.Do(a, wasmgen.Int64(1000), rt.floorMod(), b, wasmgen.Int64(1000), rt.floorMod(), wasmgen.I64Sub, wasmgen.Int64(1e6), wasmgen.I64Mul,
			an, bn, wasmgen.I32Sub, wasmgen.I64ExtendI32S, wasmgen.I64Add, wasmgen.Set(nanos))
		f.Do(seconds, wasmgen.Int64(1e9), wasmgen.I64Mul, nanos, rt.checked(ir.Add, false))
	})
}

// civil(days) is the proleptic Gregorian year, month and day of a number of days since 1970-01-01,
// by Howard Hinnant's days algorithm.
func (rt *runtime) civil() *wasmgen.Func {
	return rt.fn("civil", sig(i64), sig(i64, i64, i64), func(f *wasmgen.Func) {
		days := f.Param(0)
		era, year, month := f.Local(i64), f.Local(i64), f.Local(i64)
		i := func(v int64) wasmgen.Instr { return wasmgen.Int64(v) }
		f.Do(days, i(719468), wasmgen.I64Add, wasmgen.Tee(days), i(146097), rt.floorDiv(), wasmgen.Set(era))
		f.Do(days, era, i(146097), wasmgen.I64Mul, wasmgen.I64Sub, wasmgen.Set(days)) // day of era
		f.Do(days, days, i(1460), wasmgen.I64DivS, wasmgen.I64Sub, days, i(36524), wasmgen.I64DivS, wasmgen.I64Add,
			days, i(146096), wasmgen.I64DivS, wasmgen.I64Sub, i(365), wasmgen.I64DivS, wasmgen.Set(year)) // year of era
		f.Do(days, year, i(365), wasmgen.I64Mul, year, i(4), wasmgen.I64DivS, wasmgen.I64Add,
			year, i(100), wasmgen.I64DivS, wasmgen.I64Sub, wasmgen.I64Sub, wasmgen.Set(days)) // day of year from March 1
		f.Do(days, i(5), wasmgen.I64Mul, i(2), wasmgen.I64Add, i(153), wasmgen.I64DivS, wasmgen.Set(month)) // from March
		f.Do(days, month, i(153), wasmgen.I64Mul, i(2), wasmgen.I64Add, i(5), wasmgen.I64DivS, wasmgen.I64Sub,
			i(1), wasmgen.I64Add, wasmgen.Set(days)) // day of month
		f.Do(month, i(3), wasmgen.I64Add, month, i(9), wasmgen.I64Sub, month, i(10), wasmgen.I64LtS, wasmgen.Select, wasmgen.Set(month))
		f.Do(year, era, i(400), wasmgen.I64Mul, wasmgen.I64Add, month, i(2), wasmgen.I64LeS, wasmgen.I64ExtendI32U, wasmgen.I64Add)
		f.Do(month, days)
	})
}

// timePart(ms) names the runtime function of a part of a timestamp in UTC.
func (rt *runtime) timePart(part ir.Part) *wasmgen.Func {
	return rt.fn(fmt.Sprint("part", part), sig(i64), sig(i64), func(f *wasmgen.Func) {
		ms := f.Param(0)
		clock := map[ir.Part][2]int64{ir.Hours: {dayMillis, 3600000}, ir.Minutes: {3600000, 60000},
			ir.Seconds: {60000, 1000}, ir.Milliseconds: {1000, 1}}
		if c, ok := clock[part]; ok {
			f.Do(ms, wasmgen.Int64(c[0]), rt.floorMod(), wasmgen.Int64(c[1]), wasmgen.I64DivS)
			return
		}
		f.Do(ms, wasmgen.Int64(dayMillis), rt.floorDiv(), wasmgen.Set(ms))
		if part == ir.DayOfWeek { // 1970-01-01 was a Thursday
			f.Do(ms, wasmgen.Int64(4), wasmgen.I64Add, wasmgen.Int64(7), rt.floorMod())
			return
		}
		rt.calendarPart(f, ms, part)
	})
}

func (rt *runtime) calendarPart(f *wasmgen.Func, days wasmgen.Local, part ir.Part) {
	year, month, day := f.Local(i64), f.Local(i64), f.Local(i64)
	f.Do(days, rt.civil(), wasmgen.Set(day), wasmgen.Set(month), wasmgen.Set(year))
	one := wasmgen.Int64(1)
	switch part {
	case ir.FullYear:
		f.Do(year)
	case ir.Month:
		f.Do(month, one, wasmgen.I64Sub)
	case ir.Date:
		f.Do(day)
	case ir.DayOfMonth:
		f.Do(day, one, wasmgen.I64Sub)
	case ir.DayOfYear:
		// Days from 0001-01-01 to the year's first day, less those to 1970-01-01.
		f.Do(year, one, wasmgen.I64Sub, wasmgen.Set(year))
		f.Do(days, year, wasmgen.Int64(365), wasmgen.I64Mul, year, wasmgen.Int64(4), rt.floorDiv(), wasmgen.I64Add,
			year, wasmgen.Int64(100), rt.floorDiv(), wasmgen.I64Sub, year, wasmgen.Int64(400), rt.floorDiv(), wasmgen.I64Add,
			wasmgen.Int64(719162), wasmgen.I64Sub, wasmgen.I64Sub)
	}
}

// timeText(ms, ns, style) writes RFC 3339 in UTC in the arena, the date alone when style is
// AsDate: a null pointer when the arena is used up.
func (rt *runtime) timeText() *wasmgen.Func {
	const room = 32
	return rt.fn("timeText", sig(i64, i32, i32), sig(i32, i32), func(f *wasmgen.Func) {
		ms, ns, style := f.Param(0), f.Param(1), f.Param(2)
		start, p := f.Local(i32), f.Local(i32)
		year, month, day := f.Local(i64), f.Local(i64), f.Local(i64)
		f.Do(wasmgen.Int32(room), rt.arenaAlloc(), wasmgen.Tee(start), wasmgen.I32Eqz)
		f.If()
		f.Do(wasmgen.Int32(0), wasmgen.Int32(0), wasmgen.Return)
		f.End()
		f.Do(ms, wasmgen.Int64(dayMillis), rt.floorDiv(), rt.civil(), wasmgen.Set(day), wasmgen.Set(month), wasmgen.Set(year))
		f.Do(start, year, wasmgen.Int32(4), wasmgen.Int32('-'), rt.digits(), month, wasmgen.Int32(2), wasmgen.Int32('-'), rt.digits(),
			day, wasmgen.Int32(2), wasmgen.Int32('T'), rt.digits(), wasmgen.Set(p))
		f.Do(style, wasmgen.Int32(ir.AsDate), wasmgen.I32Eq)
		f.If()
		f.Do(start, wasmgen.Int32(len("2006-01-02")), wasmgen.Return)
		f.End()
		f.Do(p, ms, rt.timePart(ir.Hours), wasmgen.Int32(2), wasmgen.Int32(':'), rt.digits(),
			ms, rt.timePart(ir.Minutes), wasmgen.Int32(2), wasmgen.Int32(':'), rt.digits(),
			ms, rt.timePart(ir.Seconds), wasmgen.Int32(2), wasmgen.Int32('.'), rt.digits(),
			ms, rt.timePart(ir.Milliseconds), wasmgen.Int64(1e6), wasmgen.I64Mul, ns, wasmgen.I64ExtendI32U, wasmgen.I64Add,
			wasmgen.Int32(9), wasmgen.Int32('0'), rt.digits(), wasmgen.Int32(1), wasmgen.I32Sub, wasmgen.Set(p))
		// p is behind the fraction: its zeroes at the end, and the point when nothing is left, become Z.
		strip := f.Loop()
		f.Do(p, wasmgen.Int32(1), wasmgen.I32Sub, wasmgen.I32Load8U(0), wasmgen.Int32('0'), wasmgen.I32Eq)
		f.If()
		step(f, -1, p)
		f.Do(wasmgen.Br(strip))
		f.End()
		f.End()
		f.Do(p, p, wasmgen.Int32(1), wasmgen.I32Sub, wasmgen.I32Load8U(0), wasmgen.Int32('.'), wasmgen.I32Eq, wasmgen.I32Sub, wasmgen.Tee(p),
			wasmgen.Int32('Z'), wasmgen.I32Store8(0))
		f.Do(start, p, wasmgen.Int32(1), wasmgen.I32Add, start, wasmgen.I32Sub)
	})
}

// digits(p, v, width, after) writes the low width digits of v and the byte after them, and
// returns the address behind it.
func (rt *runtime) digits() *wasmgen.Func {
	return rt.fn("digits", sig(i32, i64, i32, i32), sig(i32), func(f *wasmgen.Func) {
		p, v, width, after := f.Param(0), f.Param(1), f.Param(2), f.Param(3)
		end := f.Local(i32)
		f.Do(p, width, wasmgen.I32Add, wasmgen.Tee(end), after, wasmgen.I32Store8(0))
		next := f.Loop()
		f.Do(p, width, wasmgen.Int32(1), wasmgen.I32Sub, wasmgen.Tee(width), wasmgen.I32Add,
			v, wasmgen.Int64(10), wasmgen.I64RemU, wasmgen.I32WrapI64, wasmgen.Int32('0'), wasmgen.I32Add, wasmgen.I32Store8(0),
			v, wasmgen.Int64(10), wasmgen.I64DivU, wasmgen.Set(v), width, wasmgen.BrIf(next))
		f.End()
		f.Do(end, wasmgen.Int32(1), wasmgen.I32Add)
	})
}
