//! A Rust source file, read once: its syntax tree, its tokens with lines, and which lines are
//! test code.

use std::ops::RangeInclusive;
use std::str::FromStr;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit::Visit;

use super::Finding;

/// What a token is; groups are flattened into their delimiters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An identifier or keyword.
    Word,
    /// A punctuation mark or a delimiter.
    Mark,
    /// A literal with its quotes.
    Literal,
}

/// One token outside documentation comments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Its text as written.
    pub text: String,
    /// Line, counted from 1.
    pub line: usize,
}

/// A parsed Rust file.
pub struct RustFile {
    /// Path relative to the repository's root, with `/`.
    pub path: String,
    /// The text.
    pub text: String,
    /// The syntax tree.
    pub tree: syn::File,
    /// All tokens in order, documentation left out.
    pub tokens: Vec<Token>,
    /// The whole file is test code.
    pub is_test: bool,
    tests: Vec<RangeInclusive<usize>>,
}

impl RustFile {
    /// Parses `text`.
    ///
    /// # Errors
    /// A finding when the text is not Rust.
    pub fn parse(path: &str, text: &str) -> Result<Self, Finding> {
        let broken = |line, why: String| {
            Finding::new(path, line, "rust-syntax", why, "a file that parses as Rust")
        };
        let tree = syn::parse_file(text)
            .map_err(|error| broken(error.span().start().line, error.to_string()))?;
        let stream = TokenStream::from_str(text)
            .map_err(|error| broken(error.span().start().line, error.to_string()))?;
        let mut tokens = Vec::new();
        flatten(stream, &mut tokens);
        let mut finder = TestFinder::default();
        finder.visit_file(&tree);
        let is_test = is_test_path(path) || tree.attrs.iter().any(is_test_attribute);
        let (path, text) = (path.to_owned(), text.to_owned());
        Ok(Self {
            path,
            text,
            tree,
            tokens,
            is_test,
            tests: finder.ranges,
        })
    }

    /// Whether `line` belongs to test code.
    #[must_use]
    pub fn is_test_line(&self, line: usize) -> bool {
        self.is_test || self.tests.iter().any(|range| range.contains(&line))
    }

    /// Tokens outside test code.
    pub fn product_tokens(&self) -> impl Iterator<Item = &Token> {
        self.tokens
            .iter()
            .filter(|token| !self.is_test_line(token.line))
    }

    /// The crate's folder name when the file stands under `crates/`.
    #[must_use]
    pub fn room(&self) -> Option<&str> {
        room_of(&self.path)
    }

    /// Paths of the files that this file declares as test-only modules (`#[cfg(test)] mod x;`).
    #[must_use]
    pub fn test_modules(&self) -> Vec<String> {
        let modules = self.tree.items.iter().filter_map(|item| match item {
            syn::Item::Mod(module) if module.content.is_none() => Some(module),
            _ => None,
        });
        modules
            .filter(|module| module.attrs.iter().any(is_test_attribute))
            .flat_map(|module| module_paths(&self.path, &module.ident.to_string()))
            .collect()
    }

    /// Every path named outside test code, `use` trees written out, with its line.
    #[must_use]
    pub fn product_paths(&self) -> Vec<(String, usize)> {
        let mut paths = Uses::default();
        paths.visit_file(&self.tree);
        let mut found = paths.leaves;
        found.extend(chains(&self.tokens));
        found.retain(|(_, line)| !self.is_test_line(*line));
        found
    }
}

/// The crate's folder name in a path such as `crates/law/src/lib.rs`.
#[must_use]
pub fn room_of(path: &str) -> Option<&str> {
    path.strip_prefix("crates/")?.split('/').next()
}

/// The two files in which `mod name;` of the file at `path` may live.
#[must_use]
pub fn module_paths(path: &str, name: &str) -> [String; 2] {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let base = match file {
        "lib.rs" | "main.rs" | "mod.rs" => folder.to_owned(),
        other => format!("{folder}/{}", other.trim_end_matches(".rs")),
    };
    [format!("{base}/{name}.rs"), format!("{base}/{name}/mod.rs")]
}

fn is_test_path(path: &str) -> bool {
    let in_folder = ["/tests/", "/benches/", "/examples/"]
        .iter()
        .any(|part| path.contains(part));
    in_folder || path.ends_with("/tests.rs") || path.ends_with("_tests.rs")
}

fn is_test_attribute(attribute: &syn::Attribute) -> bool {
    if attribute.path().is_ident("test") {
        return true;
    }
    let syn::Meta::List(list) = &attribute.meta else {
        return false;
    };
    let condition: String = list
        .tokens
        .to_string()
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .collect();
    list.path.is_ident("cfg")
        && (condition == "test"
            || condition.starts_with("all(test,")
            || condition.ends_with(",test)") && condition.starts_with("all("))
}

#[derive(Default)]
struct TestFinder {
    ranges: Vec<RangeInclusive<usize>>,
}

impl TestFinder {
    fn note(&mut self, attributes: &[syn::Attribute], node: &impl Spanned) {
        if attributes.iter().any(is_test_attribute) {
            let span = node.span();
            self.ranges.push(span.start().line..=span.end().line);
        }
    }
}

impl<'ast> Visit<'ast> for TestFinder {
    fn visit_item_mod(&mut self, node: &'ast syn::ItemMod) {
        self.note(&node.attrs, node);
        syn::visit::visit_item_mod(self, node);
    }

    fn visit_item_fn(&mut self, node: &'ast syn::ItemFn) {
        self.note(&node.attrs, node);
        syn::visit::visit_item_fn(self, node);
    }

    fn visit_item_impl(&mut self, node: &'ast syn::ItemImpl) {
        self.note(&node.attrs, node);
        syn::visit::visit_item_impl(self, node);
    }

    fn visit_impl_item_fn(&mut self, node: &'ast syn::ImplItemFn) {
        self.note(&node.attrs, node);
        syn::visit::visit_impl_item_fn(self, node);
    }

    fn visit_item_use(&mut self, node: &'ast syn::ItemUse) {
        self.note(&node.attrs, node);
    }
}

#[derive(Default)]
struct Uses {
    leaves: Vec<(String, usize)>,
}

impl<'ast> Visit<'ast> for Uses {
    fn visit_item_use(&mut self, node: &'ast syn::ItemUse) {
        leaves(&node.tree, "", &mut self.leaves);
    }
}

fn leaves(tree: &syn::UseTree, prefix: &str, found: &mut Vec<(String, usize)>) {
    let joined = |name: &syn::Ident| match prefix {
        "" => name.to_string(),
        _ => format!("{prefix}::{name}"),
    };
    match tree {
        syn::UseTree::Path(path) => leaves(&path.tree, &joined(&path.ident), found),
        syn::UseTree::Name(name) => found.push((joined(&name.ident), name.span().start().line)),
        syn::UseTree::Rename(name) => found.push((joined(&name.ident), name.span().start().line)),
        syn::UseTree::Glob(glob) => found.push((format!("{prefix}::*"), glob.span().start().line)),
        syn::UseTree::Group(group) => {
            group
                .items
                .iter()
                .for_each(|item| leaves(item, prefix, found));
        }
    }
}

/// Chains such as `std::env::var` in a run of tokens, with the line of the first word.
fn chains(tokens: &[Token]) -> Vec<(String, usize)> {
    let mut found: Vec<(String, usize)> = Vec::new();
    let mut index = 0;
    while index < tokens.len() {
        let first = &tokens[index];
        index += 1;
        if first.kind != Kind::Word {
            continue;
        }
        let mut path = first.text.clone();
        while let [colon, again, word, ..] = &tokens[index..]
            && colon.text == ":"
            && again.text == ":"
            && word.kind == Kind::Word
        {
            path.push_str("::");
            path.push_str(&word.text);
            index += 3;
        }
        found.push((path, first.line));
    }
    found
}

fn flatten(stream: TokenStream, tokens: &mut Vec<Token>) {
    for tree in stream {
        let line = tree.span().start().line;
        match tree {
            TokenTree::Group(group) => {
                if is_documentation(&group) {
                    continue;
                }
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                tokens.push(Token {
                    kind: Kind::Mark,
                    text: open.to_owned(),
                    line,
                });
                flatten(group.stream(), tokens);
                let line = group.span_close().start().line;
                tokens.push(Token {
                    kind: Kind::Mark,
                    text: close.to_owned(),
                    line,
                });
            }
            TokenTree::Ident(word) => {
                tokens.push(Token {
                    kind: Kind::Word,
                    text: word.to_string(),
                    line,
                });
            }
            TokenTree::Punct(mark) => {
                tokens.push(Token {
                    kind: Kind::Mark,
                    text: mark.as_char().to_string(),
                    line,
                });
            }
            TokenTree::Literal(literal) => {
                tokens.push(Token {
                    kind: Kind::Literal,
                    text: literal.to_string(),
                    line,
                });
            }
        }
    }
}

/// `[doc = "..."]`, which is what a documentation comment becomes.
fn is_documentation(group: &proc_macro2::Group) -> bool {
    let mut inner = group.stream().into_iter();
    group.delimiter() == Delimiter::Bracket
        && matches!(inner.next(), Some(TokenTree::Ident(word)) if word == "doc")
        && matches!(inner.next(), Some(TokenTree::Punct(mark)) if mark.as_char() == '=')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_code_is_told_from_product_code() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\nfn c() {}\n";
        let file = RustFile::parse("crates/law/src/x.rs", text).unwrap();
        let lines: Vec<bool> = (1..=6).map(|line| file.is_test_line(line)).collect();
        assert_eq!(lines, [false, true, true, true, true, false]);
        let all = RustFile::parse("crates/law/tests/it/main.rs", "fn a() {}").unwrap();
        assert!(all.is_test_line(1));
    }

    #[test]
    fn a_negated_condition_is_not_test_code() {
        let file = RustFile::parse("crates/law/src/x.rs", "#[cfg(not(test))]\nfn a() {}").unwrap();
        assert!(!file.is_test_line(2));
    }

    #[test]
    fn grouped_imports_are_written_out() {
        let text =
            "use std::{fs, io::{self, Read as _}};\nfn a() { let _ = format!(\"\", b::c()); }";
        let file = RustFile::parse("crates/law/src/x.rs", text).unwrap();
        let paths: Vec<String> = file
            .product_paths()
            .into_iter()
            .map(|(path, _)| path)
            .collect();
        for wanted in ["std::fs", "std::io::self", "std::io::Read", "b::c"] {
            assert!(
                paths.iter().any(|path| path == wanted),
                "{wanted} in {paths:?}"
            );
        }
    }

    #[test]
    fn modules_for_tests_only_are_found() {
        let file = RustFile::parse("crates/law/src/lib.rs", "#[cfg(test)]\nmod property;").unwrap();
        assert_eq!(
            file.test_modules(),
            [
                "crates/law/src/property.rs",
                "crates/law/src/property/mod.rs"
            ]
        );
    }

    #[test]
    fn text_that_is_not_rust_is_a_finding() {
        let finding = RustFile::parse("crates/law/src/x.rs", "fn (")
            .err()
            .unwrap();
        assert_eq!(finding.rule, "rust-syntax");
    }
}
