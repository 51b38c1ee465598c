import { isApostrophe, isCapital, isDigit, isLetter, isSmall } from "./letters";

/** How the letters of a word are typed. */
export enum Case { None, Capitals, Small, Mixed }

/** A word of a name: letters, digits and inner apostrophes. The two parts of Салтыков-Щедрин are two words. */
export class Word {
  constructor(readonly text: string, readonly start: i32, readonly end: i32) {}

  get typed(): Case {
    let capitals = false, smalls = false;
    for (let i = 0; i < this.text.length; i++) {
      const c = this.text.charCodeAt(i);
      if (isCapital(c)) capitals = true;
      if (isSmall(c)) smalls = true;
    }
    if (capitals) return smalls ? Case.Mixed : Case.Capitals;
    return smalls ? Case.Small : Case.None;
  }

  /** A model or a number, such as 3М or СК24. */
  get hasDigit(): bool {
    for (let i = 0; i < this.text.length; i++) {
      if (isDigit(this.text.charCodeAt(i))) return true;
    }
    return false;
  }
}

export function wordsOf(name: string): Word[] {
  const words: Word[] = [];
  for (let i = 0; i < name.length; i++) {
    if (!isPart(name.charCodeAt(i))) continue;
    const start = i;
    while (i < name.length && (isPart(name.charCodeAt(i)) || joins(name, i))) i++;
    words.push(new Word(name.substring(start, i), start, i));
  }
  return words;
}

function isPart(c: i32): bool { return isLetter(c) || isDigit(c); }

/** An apostrophe between letters is of the word; as a quotation mark it is not. */
function joins(name: string, i: i32): bool {
  return isApostrophe(name.charCodeAt(i)) && i + 1 < name.length && isLetter(name.charCodeAt(i + 1));
}

/** Whether the name has an address of the internet in it, such as ozon.ru or a@b.ua: those are typed as they are. */
export function hasAddress(name: string): bool {
  for (let i = 2; i < name.length - 2; i++) {
    const c = name.charCodeAt(i);
    if (c == 0x40) return true;
    const around = isPart(name.charCodeAt(i - 2)) && isPart(name.charCodeAt(i - 1)) && isPart(name.charCodeAt(i + 1)) && isPart(name.charCodeAt(i + 2));
    if (c == 0x2e && around) return true;
  }
  return false;
}
