package canon_test

import (
	"fmt"

	"assay/server/canon"
)

func Example() {
	fmt.Println(canon.Name(" Семакова  Лидия "))
	fmt.Println(canon.Phone("8 (495) 748-01-13 доб. 123", "RU"))
	fmt.Println(canon.Email("Анна <Anna@Example.RU>"))
	fmt.Println(canon.TaxID("ИНН/КПП 7707083893/773601001", "RU"))
	fmt.Println(canon.Date("31.12.2026 0:00:00"))
	fmt.Println(canon.Number("1 234,50 руб."))
	fmt.Println(canon.Country("Україна"))
	// Output:
	// Семакова Лидия
	// +74957480113;ext=123 true
	// Anna@example.ru true
	// 7707083893 true
	// 2026-12-31 true
	// 1234.5 true
	// UA
}

func ExampleSplitPhones() {
	for _, phone := range canon.SplitPhones("тел/факс 8 495 748-01-13, доб. 123; 8 916 123-45-67 (Иван)") {
		fmt.Println(canon.Phone(phone, "RU"))
	}
	// Output:
	// +74957480113;ext=123 true
	// +79161234567 true
}
