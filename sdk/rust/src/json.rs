//! Reads the settings of a check: a JSON object whose values are scalars or lists of texts, which the host has
//! held against the schema before.

use crate::settings::Refusal;
use crate::textbuf::TextBuf;

/// A place in a JSON text.
pub struct Json<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Json<'a> {
    /// At the beginning of a text.
    pub fn new(text: &'a [u8]) -> Self {
        Json { text, at: 0 }
    }

    /// Goes into an object.
    pub fn object(&mut self) -> Result<(), Refusal> {
        self.expect(b'{')
    }

    /// The next key of an object, `None` at its end; `first` says that none was read before.
    pub fn key(&mut self, first: bool) -> Result<Option<&'static str>, Refusal> {
        if self.peek() == b'}' {
            self.at += 1;
            return Ok(None);
        }
        if !first {
            self.expect(b',')?;
        }
        let key = self.string()?;
        self.expect(b':')?;
        Ok(Some(key))
    }

    /// Nothing may follow.
    pub fn end(&mut self) -> Result<(), Refusal> {
        match self.peek() {
            0 => Ok(()),
            _ => Err(Refusal::new("the settings are more than one JSON object")),
        }
    }

    /// `true` or `false`.
    pub fn boolean(&mut self) -> Result<bool, Refusal> {
        match self.scalar() {
            b"true" => Ok(true),
            b"false" => Ok(false),
            _ => Err(Refusal::new("want true or false")),
        }
    }

    /// Any number.
    pub fn number(&mut self) -> Result<f64, Refusal> {
        crate::host::parse_double(self.scalar()).ok_or_else(|| Refusal::new("want a number"))
    }

    /// A whole number, exactly; 3.0 and 30e-1 are ones, too.
    pub fn integer(&mut self) -> Result<i64, Refusal> {
        crate::whole::parse(self.scalar())
    }

    /// The items of a list of texts.
    pub fn strings(&mut self, mut each: impl FnMut(&'static str)) -> Result<(), Refusal> {
        self.expect(b'[')?;
        let mut first = true;
        loop {
            if self.peek() == b']' {
                self.at += 1;
                return Ok(());
            }
            if !first {
                self.expect(b',')?;
            }
            first = false;
            each(self.string()?);
        }
    }

    /// A text, which stays for as long as the program runs.
    pub fn string(&mut self) -> Result<&'static str, Refusal> {
        self.expect(b'"')?;
        let mut out = TextBuf::new();
        loop {
            match self.next() {
                b'"' => break,
                b'\\' => self.escape(&mut out)?,
                0..=0x1f => return Err(Refusal::new("a text ends too early")),
                byte => out.push_byte(byte),
            }
        }
        core::str::from_utf8(out.leak()).map_err(|_| Refusal::new("a text is not UTF-8"))
    }

    fn escape(&mut self, out: &mut TextBuf) -> Result<(), Refusal> {
        let byte = match self.next() {
            b'b' => 0x08,
            b'f' => 0x0c,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => {
                out.push(self.unicode()?);
                return Ok(());
            }
            byte @ (b'"' | b'\\' | b'/') => byte,
            _ => return Err(Refusal::new("a text has an escape that JSON does not know")),
        };
        out.push_byte(byte);
        Ok(())
    }

    /// The character of \uXXXX, or of two that are a pair; U+FFFD for half of one.
    fn unicode(&mut self) -> Result<char, Refusal> {
        let first = self.hex()?;
        let mut code = first;
        if (0xd800..0xdc00).contains(&first) && self.text.get(self.at..self.at + 2) == Some(b"\\u")
        {
            let before = self.at;
            self.at += 2;
            let second = self.hex()?;
            if (0xdc00..0xe000).contains(&second) {
                code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            } else {
                self.at = before;
            }
        }
        Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hex(&mut self) -> Result<u32, Refusal> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = (self.next() as char).to_digit(16);
            code = code << 4
                | digit.ok_or_else(|| Refusal::new("\\u wants four hexadecimal digits"))?;
        }
        Ok(code)
    }

    /// The bytes of a number or a word.
    fn scalar(&mut self) -> &'a [u8] {
        self.peek();
        let from = self.at;
        while let b'0'..=b'9' | b'a'..=b'z' | b'E' | b'+' | b'-' | b'.' = self.here() {
            self.at += 1;
        }
        self.text.get(from..self.at).unwrap_or_default()
    }

    fn expect(&mut self, byte: u8) -> Result<(), Refusal> {
        if self.peek() != byte {
            return Err(Refusal::new(match byte {
                b'"' => "want a text",
                b'[' => "want a list",
                b'{' => "want an object",
                _ => "the settings are not JSON",
            }));
        }
        self.at += 1;
        Ok(())
    }

    /// The next byte that is no blank, 0 at the end.
    fn peek(&mut self) -> u8 {
        while let b' ' | b'\t' | b'\r' | b'\n' = self.here() {
            self.at += 1;
        }
        self.here()
    }

    fn next(&mut self) -> u8 {
        let byte = self.here();
        self.at += 1;
        byte
    }

    fn here(&self) -> u8 {
        self.text.get(self.at).copied().unwrap_or(0)
    }
}

/// The syntax of JSON, for native tests.
#[cfg(not(target_family = "wasm"))]
impl Json<'_> {
    /// Whether a text is one JSON value.
    pub fn is_valid(text: &[u8]) -> bool {
        let mut json = Json::new(text);
        json.value().is_ok() && json.end().is_ok()
    }

    /// The keys of the object that the text is.
    pub fn keys(&mut self) -> Result<std::vec::Vec<&'static str>, Refusal> {
        let mut keys = std::vec::Vec::new();
        self.object()?;
        while let Some(key) = self.key(keys.is_empty())? {
            keys.push(key);
            self.value()?;
        }
        Ok(keys)
    }

    /// A value with all that is in it. Levels are counted as the server does, and cost no stack.
    fn value(&mut self) -> Result<(), Refusal> {
        let mut open = std::vec::Vec::new();
        let mut first = self.begin(&mut open)?;
        while let Some(&bracket) = open.last() {
            if self.more(bracket, first)? {
                first = self.begin(&mut open)?;
            } else {
                open.pop();
                first = false;
            }
        }
        Ok(())
    }

    /// A scalar, or the bracket that opens an object or a list; says whether it was one.
    fn begin(&mut self, open: &mut std::vec::Vec<u8>) -> Result<bool, Refusal> {
        const DEEPEST: usize = 10_000;
        match self.peek() {
            b'{' | b'[' if open.len() == DEEPEST => Err(Refusal::new("nested too deep")),
            bracket @ (b'{' | b'[') => {
                self.at += 1;
                open.push(bracket);
                Ok(true)
            }
            b'"' => self.string().map(|_| false),
            _ => match self.scalar() {
                b"true" | b"false" | b"null" => Ok(false),
                number if crate::whole::Number::cut(number).is_some() => Ok(false),
                _ => Err(Refusal::new("want a value")),
            },
        }
    }

    /// Goes to the next member or item of what a bracket opened; false at the end of it.
    fn more(&mut self, bracket: u8, first: bool) -> Result<bool, Refusal> {
        if bracket == b'{' {
            return Ok(self.key(first)?.is_some());
        }
        if self.peek() == b']' {
            self.at += 1;
            return Ok(false);
        }
        if !first {
            self.expect(b',')?;
        }
        Ok(true)
    }
}

// The same table is in the native tests of every language, and held against the server in server/author/conformance.
#[test]
#[rustfmt::skip]
fn suggestions_are_json_or_refused() {
    let good = [
        "null", " -0.5e+3\t\r\n", "0", "-0", "1E5", "[]", "[1,[2], {}]", "{\"a\" : [true,false,\"\\u00e9\\n\"], \"b\":{}}", "{\"a\":1,\"a\":2}",
        "\"\"", "\"/\"", "\"\\/\\ud800\"", "\"\u{7f}\u{a0}\u{feff}\"",
    ];
    let bad = [
        " ", "nul", "True", "NaN", "01", "-", "1.", "1e", "+1", ".5", "0x1", "[1,]", "[,1]", "[1 2]", "[1", "{1:2}", "{\"a\"}", "{\"a\":}",
        "{\"a\":1,}", "{a:1}", "\"\\x\"", "\"\\u12\"", "\"\\u00g0\"", "\"a", "\"\\", "\"\t\"", "\"\n\"", "'a'", "1 2", "1,", "\u{feff}1", "1\u{feff}",
        "\u{a0}1", "\u{b}1", "// 1\n1",
    ];
    for text in good {
        assert!(Json::is_valid(text.as_bytes()), "{:?} is refused", text);
    }
    for text in bad {
        assert!(!Json::is_valid(text.as_bytes()), "{:?} is taken", text);
    }
    let nested = |levels: usize| std::format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
    assert!(Json::is_valid(nested(10_000).as_bytes()));
    assert!(!Json::is_valid(nested(10_001).as_bytes()));
}
