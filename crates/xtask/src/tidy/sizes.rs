//! Sizes that a reader can hold: files, functions, lines.

use syn::spanned::Spanned;
use syn::visit::Visit;

use super::Finding;
use super::rust::RustFile;

/// Most lines in a Rust file.
pub const FILE_LINES_MAX: usize = 800;
/// Most lines in a function, from its signature to its closing brace.
pub const FUNCTION_LINES_MAX: usize = 70;
/// Most characters in a line of a Rust file.
pub const LINE_COLUMNS_MAX: usize = 100;

/// A file longer than [`FILE_LINES_MAX`].
#[must_use]
pub fn file_lines(file: &RustFile) -> Vec<Finding> {
    let lines = file.text.lines().count();
    if lines <= FILE_LINES_MAX {
        return Vec::new();
    }
    let allowed = format!("{FILE_LINES_MAX} lines");
    let found = format!("{lines} lines");
    vec![Finding::new(
        &file.path,
        FILE_LINES_MAX + 1,
        "file-lines",
        found,
        allowed,
    )]
}

/// Lines longer than [`LINE_COLUMNS_MAX`]; an address cannot be broken and may be longer.
#[must_use]
pub fn line_columns(file: &RustFile) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, line) in file.text.lines().enumerate() {
        let columns = line.chars().count();
        if columns > LINE_COLUMNS_MAX && !line.contains("://") {
            let found = format!("{columns} columns");
            let allowed = format!("{LINE_COLUMNS_MAX} columns, addresses excepted");
            findings.push(Finding::new(
                &file.path,
                index + 1,
                "line-columns",
                found,
                allowed,
            ));
        }
    }
    findings
}

/// Functions longer than [`FUNCTION_LINES_MAX`], tests included.
#[must_use]
pub fn function_lines(file: &RustFile) -> Vec<Finding> {
    let mut functions = Functions::default();
    functions.visit_file(&file.tree);
    let long = functions
        .found
        .into_iter()
        .filter(|(_, _, lines)| *lines > FUNCTION_LINES_MAX);
    long.map(|(name, line, lines)| {
        let found = format!("{lines} lines in `{name}`");
        let allowed = format!("{FUNCTION_LINES_MAX} lines");
        Finding::new(&file.path, line, "function-lines", found, allowed)
    })
    .collect()
}

/// Name, first line and length of each function.
#[derive(Default)]
struct Functions {
    found: Vec<(String, usize, usize)>,
}

impl Functions {
    fn note(&mut self, signature: &syn::Signature, block: &syn::Block) {
        let first = signature.span().start().line;
        let last = block.span().end().line;
        self.found
            .push((signature.ident.to_string(), first, last - first + 1));
    }
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_fn(&mut self, node: &'ast syn::ItemFn) {
        self.note(&node.sig, &node.block);
        syn::visit::visit_item_fn(self, node);
    }

    fn visit_impl_item_fn(&mut self, node: &'ast syn::ImplItemFn) {
        self.note(&node.sig, &node.block);
        syn::visit::visit_impl_item_fn(self, node);
    }

    fn visit_trait_item_fn(&mut self, node: &'ast syn::TraitItemFn) {
        if let Some(block) = &node.default {
            self.note(&node.sig, block);
        }
        syn::visit::visit_trait_item_fn(self, node);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> RustFile {
        RustFile::parse("crates/law/src/a.rs", text).unwrap()
    }

    #[test]
    fn a_file_of_800_lines_passes_and_of_801_does_not() {
        assert_eq!(file_lines(&file(&"//\n".repeat(800))), []);
        assert_eq!(file_lines(&file(&"//\n".repeat(801))).len(), 1);
    }

    #[test]
    fn a_line_of_100_columns_passes_and_of_101_does_not() {
        assert_eq!(line_columns(&file(&format!("//{}", "é".repeat(98)))), []);
        let findings = line_columns(&file(&format!("\n//{}", "é".repeat(99))));
        assert_eq!(
            findings
                .iter()
                .map(|finding| finding.line)
                .collect::<Vec<_>>(),
            [2]
        );
        assert_eq!(
            line_columns(&file(&format!("// https://{}", "a".repeat(99)))),
            []
        );
    }

    #[test]
    fn functions_count_from_signature_to_closing_brace() {
        let body = |lines: usize| format!("{{\n{}}}\n", "    ;\n".repeat(lines - 2));
        let short = format!("/// Doc.\n#[must_use]\nfn a() {}", body(70));
        assert_eq!(function_lines(&file(&short)), []);
        for long in [
            format!("fn a() {}", body(71)),
            format!("struct S;\nimpl S {{ fn a() {} }}", body(71)),
            format!("trait T {{ fn a() {} }}", body(71)),
            format!("fn outer() {{ fn a() {} }}", body(71)),
        ] {
            let findings = function_lines(&file(&long));
            assert!(
                findings.iter().any(|finding| finding.found.contains("`a`")),
                "{long}"
            );
        }
    }
}
