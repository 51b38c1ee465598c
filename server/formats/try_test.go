package formats

import ("testing";"strings";"fmt")

func TestTry(t *testing.T) {
 for _, in := range []string{
  "Наименование;ИНН;Телефон;Контактное лицо;Должность;E-mail;Теги;Дата рождения;КПП\nООО «Ромашка»;7707083893;8 (495) 748-01-13, 8-912-345-67-89;Иванов;;a@b.ru b@c.ru;vip, x;31.01.1980;770101001\n;;;;;;;31.02.2020;\n\"x\n",
  "База клиентов на 1 января;;;\n;;;\nКлиент;Тип;Юридический адрес;Город\nА;ООО;Москва, Тверская;Москва\nБ;ИП\n",
  "First Name,Last Name,Company,Job Title,E-mail Address,Mobile Phone\nJohn,Smith,Acme,CEO,j@a.com,+1 202 555 0123\nAnn,Lee,,nurse,ann@x.org,\n",
 } {
  r, err := NewReader(strings.NewReader(in), Options{Format: CSV, Merge: true})
  if err != nil { t.Error(err); continue }
  for { rec, err := r.Next(); if err != nil { fmt.Println(err); break }; fmt.Println(rec.Line, string(rec.Doc), rec.Errs) }
 }
}
