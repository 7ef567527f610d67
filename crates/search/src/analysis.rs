//! How text becomes terms of the index.
//!
//! Three analyses of a text that was folded and compacted before: *words*
//! (jieba's search tokens, English plurals stemmed, no positions) and the two
//! kinds of grams of `grams.rs`, with positions. Queries are analysed by the
//! same functions in `plan.rs`.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer, TokenizerManager};
use wenyuan_text::{Segmenter, Tokens, stem_english};

use crate::grams::{BodyGrams, Gram, TitleGrams};

pub(crate) const WORDS: &str = "wenyuan_words";
pub(crate) const TITLE_GRAMS: &str = "wenyuan_title_grams";
pub(crate) const TITLE_STARTS: &str = "wenyuan_title_starts";
pub(crate) const BODY_GRAMS: &str = "wenyuan_body_grams";

/// The analysers under the names that the schema uses.
pub(crate) fn tokenizers() -> TokenizerManager {
    // The engine wants its own `raw` for fields that are taken as they are.
    let manager = TokenizerManager::default();
    manager.register(WORDS, WordTokenizer);
    manager.register(TITLE_GRAMS, TitleGramTokenizer);
    manager.register(TITLE_STARTS, StartTokenizer);
    manager.register(BODY_GRAMS, BodyGramTokenizer);
    manager
}

#[derive(Clone)]
struct WordTokenizer;

impl Tokenizer for WordTokenizer {
    type TokenStream<'a> = WordStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream<'a> {
        WordStream {
            tokens: Segmenter::shared().search_tokens(text),
            token: Token::default(),
        }
    }
}

struct WordStream<'a> {
    tokens: Tokens<'a>,
    token: Token,
}

impl TokenStream for WordStream<'_> {
    fn advance(&mut self) -> bool {
        let Some(next) = self.tokens.next() else {
            return false;
        };
        set(&mut self.token, [&stem_english(next.text)], next.position);
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
struct TitleGramTokenizer;

impl Tokenizer for TitleGramTokenizer {
    type TokenStream<'a> = GramStream<TitleGrams<'a>>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Self::TokenStream<'a> {
        GramStream::new(TitleGrams::new(text))
    }
}

#[derive(Clone)]
struct BodyGramTokenizer;

impl Tokenizer for BodyGramTokenizer {
    type TokenStream<'a> = GramStream<BodyGrams<'a>>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Self::TokenStream<'a> {
        GramStream::new(BodyGrams::new(text))
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
        set(&mut self.token, [&next], 0);
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
struct GramStream<I> {
    grams: I,
    token: Token,
}

impl<I> GramStream<I> {
    fn new(grams: I) -> Self {
        Self {
            grams,
            token: Token::default(),
        }
    }
}

impl<'a, I: Iterator<Item = Gram<'a>>> TokenStream for GramStream<I> {
    fn advance(&mut self) -> bool {
        let Some(gram) = self.grams.next() else {
            return false;
        };
        set(&mut self.token, gram.parts, gram.position);
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
fn set<const N: usize>(token: &mut Token, parts: [&str; N], position: usize) {
    token.text.clear();
    for part in parts {
        token.text.push_str(part);
    }
    token.position = position;
    token.position_length = 1;
}
