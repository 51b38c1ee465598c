import { formOf, isNumeral, joinsWords } from "./known";
import { hasVowel, isApostrophe, isLatin, small, toCapital, toSmall } from "./letters";
import { Case, Word, hasAddress, wordsOf } from "./words";

/** A name of a person or of a company, word by word. */
export class Name {
  private words: Word[];

  /** keep are words that stay as they are given there; abbreviation is the most letters that one has. */
  constructor(private text: string, private person: bool, private keep: string[], private abbreviation: i32) {
    this.words = wordsOf(text);
  }

  /** Capitals or Small when the whole name is typed so, else None. */
  get fault(): Case {
    if (hasAddress(this.text)) return Case.None;
    let capitals = 0, smalls = 0;
    for (let i = 0; i < this.words.length; i++) {
      if (!this.tells(i)) continue;
      const typed = this.words[i].typed;
      if (typed == Case.Mixed) return Case.None;
      if (typed == Case.Capitals) capitals++;
      else smalls++;
    }
    if (capitals > 0) return smalls == 0 ? Case.Capitals : Case.None;
    return smalls > 0 ? Case.Small : Case.None;
  }

  /** The name as it should be typed. */
  get corrected(): string {
    let out = "", from = 0;
    for (let i = 0; i < this.words.length; i++) {
      const word = this.words[i];
      out += this.text.substring(from, word.start) + this.correct(i);
      from = word.end;
    }
    return out + this.text.substring(from);
  }

  /** Whether a word tells how the name is typed: others are typed one way whatever the name is. */
  private tells(i: i32): bool {
    const word = this.words[i];
    return word.typed != Case.None && word.text.length > 1 && !this.stays(word) && !joinsWords(word.text, this.person)
      && formOf(word.text).length == 0 && this.kept(word.text).length == 0;
  }

  /** Whether a word in capitals is right in them. */
  private stays(word: Word): bool {
    if (word.hasDigit) return true;
    if (word.typed != Case.Capitals) return false;
    if (isNumeral(word.text)) return true;
    return !this.person && (word.text.length <= this.abbreviation || !hasVowel(word.text));
  }

  private correct(i: i32): string {
    const word = this.words[i], form = formOf(word.text), kept = this.kept(word.text);
    if (kept.length > 0) return kept;
    if (form.length > 0) return form;
    if (i > 0 && joinsWords(word.text, this.person) && !this.isInitial(word)) return small(word.text);
    return this.stays(word) ? word.text : capitalised(word.text);
  }

  /** Whether the word is one letter with a full stop, as in И. И. Иванов. */
  private isInitial(word: Word): bool {
    return word.text.length == 1 && word.end < this.text.length && this.text.charCodeAt(word.end) == 0x2e;
  }

  /** The word as the settings have it, "" when they do not. */
  private kept(word: string): string {
    for (let i = 0; i < this.keep.length; i++) {
      if (small(this.keep[i]) == small(word)) return this.keep[i];
    }
    return "";
  }
}

/** Ромашка; O'Brien, but Мар'яна: behind an apostrophe a Latin name goes on with a capital, when one letter stands before it. */
function capitalised(word: string): string {
  let out = "";
  for (let i = 0; i < word.length; i++) {
    const c = word.charCodeAt(i);
    const begins = i == 0 || i == 2 && isApostrophe(word.charCodeAt(1)) && isLatin(c);
    out += String.fromCharCode(begins ? toCapital(c) : toSmall(c));
  }
  return out;
}
