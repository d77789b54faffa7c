//! One table of doors: every route of the site is a row of `crates/web/src/doors.rs`, which says
//! what is needed to get through it. A router that is made elsewhere would be a way in that nobody
//! has agreed on.

use super::Finding;
use super::rust::{Kind, RustFile};

/// The one file that makes a router.
const TABLE: &str = "crates/web/src/doors.rs";

/// What a router is called, and where what makes one comes from.
const NAMES: [&str; 3] = ["Router", "MethodRouter", "routing"];

/// What adds a way in to a router.
const CALLS: [&str; 8] = [
    "route",
    "route_service",
    "nest",
    "nest_service",
    "fallback",
    "fallback_service",
    "method_not_allowed_fallback",
    "route_layer",
];

/// A router, or a way in, outside the table.
#[must_use]
pub fn one_table_of_doors(file: &RustFile) -> Vec<Finding> {
    if file.room().is_none() || file.path == TABLE {
        return Vec::new();
    }
    let tokens: Vec<_> = file.product_tokens().collect();
    let mut findings = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let near = |at: Option<usize>| at.and_then(|at| tokens.get(at)).map(|near| &*near.text);
        let (before, after) = (near(index.checked_sub(1)), near(Some(index + 1)));
        let word = token.kind == Kind::Word;
        let name = word && NAMES.contains(&&*token.text) && comes_from_axum(&tokens, index);
        let call =
            word && CALLS.contains(&&*token.text) && before == Some(".") && after == Some("(");
        if name || call {
            let allowed = "a row in crates/web/src/doors.rs";
            findings.push(Finding::new(
                &file.path,
                token.line,
                "one-table-of-doors",
                &token.text,
                allowed,
            ));
        }
    }
    findings
}

/// Whether the file speaks of axum at all; `routing` and `Router` may be words of others.
fn comes_from_axum(tokens: &[&super::rust::Token], index: usize) -> bool {
    let axum = tokens.iter().any(|token| token.text == "axum");
    axum || tokens[index].text.ends_with("Router")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> usize {
        one_table_of_doors(&RustFile::parse(path, text).unwrap()).len()
    }

    #[test]
    fn a_way_in_outside_the_table_is_refused() {
        for text in [
            "fn a() { b(axum::Router::new()); }",
            "use axum::Router as Other;",
            "use axum::{Json, routing::get};",
            "fn a(b: B) -> B { b.route(\"/x\", c) }",
            "fn a(b: B) -> B { b.route_service(\"/x\", c) }",
            "fn a(b: B) -> B { b\n.nest(\"/x\", c) }",
            "fn a(b: B) -> B { b.fallback(c) }",
        ] {
            assert_eq!(found("crates/web/src/pages/x.rs", text), 1, "{text}");
            // Neither is one put on from outside.
            assert_eq!(found("crates/palermo/src/serve.rs", text), 1, "{text}");
            assert_eq!(found(TABLE, text), 0, "{text}");
            assert_eq!(found("crates/web/tests/it/site.rs", text), 0, "{text}");
        }
    }

    #[test]
    fn what_only_sounds_like_one_passes() {
        for text in [
            "/// `Router::new`\nfn a(b: B) { b.nested(c); b.route; }",
            "fn route(a: A) -> B { b(\"route\") }",
            "fn a() { let routes = c.routes(); let routing = d; }",
        ] {
            assert_eq!(found("crates/web/src/pages/x.rs", text), 0, "{text}");
        }
    }
}
