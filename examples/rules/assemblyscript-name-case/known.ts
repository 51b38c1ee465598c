import { small } from "./letters";

/** Legal forms as they are written, of Russia, Ukraine and English-speaking and neighbouring countries. */
const FORMS: string[] = [
  "ООО", "ОАО", "ЗАО", "ПАО", "НАО", "АО", "ИП", "ГУП", "МУП", "ФГУП", "НКО", "АНО", "КФХ", "СПК", "ТСЖ",
  "ТОВ", "ТзОВ", "ПрАТ", "ПАТ", "АТ", "ФОП", "ПП", "ДП", "КП", "ОСББ", "ФГ",
  "LLC", "LLP", "LP", "PLC", "Ltd", "Inc", "Corp", "Co", "GmbH", "AG", "SA", "SRL", "BV", "OOO",
];

/** What stands between the parts of a person's name, and behind it. */
const PARTICLES: string[] = [
  "фон", "дер", "ден", "ван", "де", "да", "ди", "ла", "ле", "дель", "оглы", "кызы",
  "von", "van", "der", "den", "de", "da", "di", "la", "le", "del", "al", "el",
];

/** What joins the words of a company's name. */
const JOINING: string[] = ["и", "й", "та", "з", "із", "в", "у", "на", "для", "по", "от", "від", "and", "of", "for", "the"];

const NUMERALS: string[] = ["ii", "iii", "iv", "vi", "vii", "viii", "ix", "xi", "xii"];

const smallForms = FORMS.map<string>((form) => small(form));

/** The legal form as it is written, "" when the word is none. */
export function formOf(word: string): string {
  const i = smallForms.indexOf(small(word));
  return i < 0 ? "" : FORMS[i];
}

/** Whether a word is small inside a name. */
export function joinsWords(word: string, person: bool): bool {
  return (person ? PARTICLES : JOINING).includes(small(word));
}

export function isNumeral(word: string): bool { return NUMERALS.includes(small(word)); }
