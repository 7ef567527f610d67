//! How text becomes terms of the index.
//!
//! Three analyses of a text that was folded and compacted before: *words*
//! (jieba's search tokens, English plurals stemmed, dates as numbers; for
//! positions the number of the block they stand in) and the two kinds of grams
//! of `grams.rs`. Queries are analysed by the same functions in `plan.rs`.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer, TokenizerManager};
use wenyuan_text::{Segmenter, Tokens, stem_english};

use crate::dates::{Date, dates};
use crate::grams::{Gram, body_grams, head_grams};

/// Units of a block, about half a page. The index tells only in which block a
/// word stands: that is enough to know which words stand together, and costs a
/// bit or two where a place would cost ten.
pub(crate) const BLOCK: usize = 256;

pub(crate) const WORDS: &str = "wenyuan_words";
pub(crate) const HEAD_GRAMS: &str = "wenyuan_head_grams";
pub(crate) const TITLE_STARTS: &str = "wenyuan_title_starts";
pub(crate) const BODY_GRAMS: &str = "wenyuan_body_grams";

/// The analysers under the names that the schema uses.
pub(crate) fn tokenizers() -> TokenizerManager {
    // The engine wants its own `raw` for fields that are taken as they are.
    let manager = TokenizerManager::default();
    manager.register(WORDS, WordTokenizer);
    manager.register(HEAD_GRAMS, HeadGramTokenizer);
    manager.register(TITLE_STARTS, StartTokenizer);
    manager.register(BODY_GRAMS, BodyGramTokenizer);
    manager
}

#[derive(Clone)]
struct WordTokenizer;

impl Tokenizer for WordTokenizer {
    type TokenStream<'a> = WordStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream<'a> {
        let mut coming: Vec<Date> = dates(text).collect();
        coming.reverse();
        WordStream {
            tokens: Segmenter::shared().search_tokens(text),
            coming,
            ready: Vec::new(),
            block: 0,
            token: Token::default(),
        }
    }
}

struct WordStream<'a> {
    tokens: Tokens<'a>,
    /// Dates that were not reached yet, last first.
    coming: Vec<Date>,
    /// Numbers of the date at hand.
    ready: Vec<String>,
    block: usize,
    token: Token,
}

impl TokenStream for WordStream<'_> {
    fn advance(&mut self) -> bool {
        if let Some(number) = self.ready.pop() {
            set(&mut self.token, self.block, |out| out.push_str(&number));
            return true;
        }
        let Some(next) = self.tokens.next() else {
            return false;
        };
        // The long word behind the short ones in it begins before them, but
        // blocks must not go back.
        self.block = self.block.max(next.position / BLOCK);
        if let Some(date) = self.coming.pop_if(|date| date.range.start < next.end) {
            self.ready = date.keys();
        }
        set(&mut self.token, self.block, |out| {
            out.push_str(&stem_english(next.text));
        });
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[derive(Clone)]
struct HeadGramTokenizer;

impl Tokenizer for HeadGramTokenizer {
    type TokenStream<'a> = GramStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> GramStream<'a> {
        GramStream::new(head_grams(text))
    }
}

#[derive(Clone)]
struct BodyGramTokenizer;

impl Tokenizer for BodyGramTokenizer {
    type TokenStream<'a> = GramStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> GramStream<'a> {
        GramStream::new(body_grams(text))
    }
}

#[derive(Clone)]
struct StartTokenizer;

impl Tokenizer for StartTokenizer {
    type TokenStream<'a> = StartStream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> StartStream {
        StartStream {
            terms: crate::starts::terms(text).into_iter(),
            token: Token::default(),
        }
    }
}

struct StartStream {
    terms: std::collections::btree_set::IntoIter<String>,
    token: Token,
}

impl TokenStream for StartStream {
    fn advance(&mut self) -> bool {
        let Some(next) = self.terms.next() else {
            return false;
        };
        set(&mut self.token, 0, |out| out.push_str(&next));
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

/// Turns an iterator of grams into what the engine reads.
struct GramStream<'a> {
    grams: Box<dyn Iterator<Item = Gram<'a>> + 'a>,
    token: Token,
}

impl<'a> GramStream<'a> {
    fn new(grams: impl Iterator<Item = Gram<'a>> + 'a) -> Self {
        Self {
            grams: Box::new(grams),
            token: Token::default(),
        }
    }
}

impl TokenStream for GramStream<'_> {
    fn advance(&mut self) -> bool {
        let Some(gram) = self.grams.next() else {
            return false;
        };
        set(&mut self.token, 0, |out| gram.write_to(out));
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

/// Offsets are left at zero: nothing of ours asks the engine for them.
fn set(token: &mut Token, position: usize, write: impl FnOnce(&mut String)) {
    token.text.clear();
    write(&mut token.text);
    token.position = position;
    token.position_length = 1;
}
