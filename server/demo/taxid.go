package demo

// A tax number is worked out on its digits. Those of the ranges used here are
// given to nobody: no region has the numbers 96 to 98, EDRPOU codes have not
// come to 50 million, a RNOKPP from 90000 on would be of somebody born after 2140.

var (
	innWeights10  = []int{2, 4, 10, 3, 5, 9, 4, 6, 8}
	innWeights11  = []int{7, 2, 4, 10, 3, 5, 9, 4, 6, 8}
	innWeights12  = []int{3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8}
	rnokppWeights = []int{-1, 5, 7, 9, 4, 6, 10, 5, 7}
)

// taxID appends a tax id: of a company, or of a person who does business.
func (d *document) taxID(country string, company bool) {
	start := len(d.buf)
	switch {
	case country == "RU" && company:
		d.number(d.between(96, 98), 2)
		d.digits(7)
		d.control(start, innWeights10)
	case country == "RU":
		d.number(d.between(96, 98), 2)
		d.digits(8)
		d.control(start, innWeights11)
		d.control(start, innWeights12)
	case country == "UA" && company:
		d.number(d.between(5_000_000, 9_899_999), 7)
		d.controlEDRPOU(start)
	case country == "UA":
		d.number(d.between(90_000, 98_999), 5)
		d.digits(4)
		d.control(start, rnokppWeights)
	case country == "GB":
		d.buf = append(d.buf, "GB000"...)
		d.digits(6)
	default:
		d.buf = append(d.buf, "00-"...) // no office has the prefix 00
		d.number(d.between(1_000_000, 9_999_999), 7)
	}
}

// weigh sums up the digits from start on, each times its weight.
func (d *document) weigh(start int, weights []int) (sum int) {
	for i, w := range weights {
		sum += w * int(d.buf[start+i]-'0')
	}
	return sum
}

// control appends the check digit of an INN or a RNOKPP.
func (d *document) control(start int, weights []int) {
	rest := d.weigh(start, weights) % 11
	if rest < 0 {
		rest += 11
	}
	d.buf = append(d.buf, byte('0'+rest%10))
}

// controlEDRPOU appends the check digit of the seven digits from start on.
func (d *document) controlEDRPOU(start int) {
	weights := [7]int{1, 2, 3, 4, 5, 6, 7}
	if first := d.buf[start]; first >= '3' && first < '6' {
		weights = [7]int{7, 1, 2, 3, 4, 5, 6}
	}
	rest := d.weigh(start, weights[:]) % 11
	if rest == 10 {
		for i := range weights {
			weights[i] += 2
		}
		rest = d.weigh(start, weights[:]) % 11 % 10
	}
	d.buf = append(d.buf, byte('0'+rest))
}

// spoil makes the tax id at the end of the text wrong: another check digit
// where there is one, or one digit less.
func (d *document) spoil(country string) {
	last := len(d.buf) - 1
	if d.chance(50) || country == "GB" || country == "US" {
		d.buf = d.buf[:last]
		return
	}
	d.buf[last] = '0' + (d.buf[last]-'0'+byte(d.between(1, 8)))%10
}
