//! Public items say what they mean.

use std::collections::{BTreeMap, BTreeSet};

use syn::spanned::Spanned;
use syn::visit::Visit;

use super::Finding;
use super::repository::Repository;
use super::rust::{RustFile, module_paths};

/// Least share of documented public items in a crate, in percent.
pub const DOCUMENTED_PERCENT_MIN: usize = 90;

/// A crate's root file without a `//!` comment.
#[must_use]
pub fn crate_root(file: &RustFile) -> Vec<Finding> {
    let Some(inside) = file
        .room()
        .and_then(|room| file.path.strip_prefix("crates/")?.strip_prefix(room))
    else {
        return Vec::new();
    };
    let is_root = matches!(inside, "/src/lib.rs" | "/src/main.rs");
    if !is_root || file.tree.attrs.iter().any(is_doc) {
        return Vec::new();
    }
    let allowed = "a `//!` comment that says what the crate is for";
    vec![Finding::new(
        &file.path,
        1,
        "crate-doc",
        "a crate root without one",
        allowed,
    )]
}

/// Findings for each undocumented item of a crate below the share, and the shares to print.
#[must_use]
pub fn public_items(repository: &Repository) -> (Vec<Finding>, Vec<String>) {
    let with_doc: BTreeSet<&str> = repository
        .rust
        .iter()
        .filter(|file| file.tree.attrs.iter().any(is_doc))
        .map(|file| file.path.as_str())
        .collect();
    let mut crates: BTreeMap<&str, Vec<(&str, Item)>> = BTreeMap::new();
    for file in repository.rust.iter().filter(|file| !file.is_test) {
        let Some(room) = file.room() else { continue };
        let mut items = Items {
            file,
            with_doc: &with_doc,
            found: Vec::new(),
        };
        items.visit_file(&file.tree);
        let found = items
            .found
            .into_iter()
            .map(|item| (file.path.as_str(), item));
        crates.entry(room).or_default().extend(found);
    }
    let (mut findings, mut notes) = (Vec::new(), Vec::new());
    let (mut all, mut all_documented) = (0, 0);
    for (room, items) in crates {
        let documented = items.iter().filter(|(_, item)| item.documented).count();
        all += items.len();
        all_documented += documented;
        let below = documented * 100 < DOCUMENTED_PERCENT_MIN * items.len();
        notes.push(share(room, documented, items.len()));
        let bare = items.iter().filter(|(_, item)| below && !item.documented);
        findings.extend(bare.map(|(path, item)| {
            let found = format!("`{}` without a doc comment", item.name);
            let allowed = format!("{DOCUMENTED_PERCENT_MIN} % of {room}'s public items documented");
            Finding::new(path, item.line, "public-doc", found, allowed)
        }));
    }
    notes.push(share("all crates", all_documented, all));
    (findings, notes)
}

fn share(name: &str, documented: usize, items: usize) -> String {
    let tenths = (documented * 1000).checked_div(items).unwrap_or(1000);
    let (percent, tenth) = (tenths / 10, tenths % 10);
    format!("public docs, {name}: {documented} of {items} ({percent}.{tenth} %)")
}

struct Item {
    name: String,
    line: usize,
    documented: bool,
}

struct Items<'a> {
    file: &'a RustFile,
    with_doc: &'a BTreeSet<&'a str>,
    found: Vec<Item>,
}

fn is_doc(attribute: &syn::Attribute) -> bool {
    attribute.path().is_ident("doc")
}

fn is_public(visibility: &syn::Visibility) -> bool {
    matches!(visibility, syn::Visibility::Public(_))
}

impl Items<'_> {
    fn note(&mut self, name: &syn::Ident, attributes: &[syn::Attribute]) {
        let documented = attributes.iter().any(is_doc);
        self.push(name, documented);
    }

    fn push(&mut self, name: &syn::Ident, documented: bool) {
        let line = name.span().start().line;
        if !self.file.is_test_line(line) {
            self.found.push(Item {
                name: name.to_string(),
                line,
                documented,
            });
        }
    }
}

impl<'ast> Visit<'ast> for Items<'_> {
    fn visit_item_fn(&mut self, node: &'ast syn::ItemFn) {
        if is_public(&node.vis) {
            self.note(&node.sig.ident, &node.attrs);
        }
    }

    fn visit_item_struct(&mut self, node: &'ast syn::ItemStruct) {
        if !is_public(&node.vis) {
            return;
        }
        self.note(&node.ident, &node.attrs);
        for field in node.fields.iter().filter(|field| is_public(&field.vis)) {
            // A tuple's field is explained by the type's own comment.
            if let Some(name) = &field.ident {
                self.note(name, &field.attrs);
            }
        }
    }

    fn visit_item_enum(&mut self, node: &'ast syn::ItemEnum) {
        if !is_public(&node.vis) {
            return;
        }
        self.note(&node.ident, &node.attrs);
        for variant in &node.variants {
            self.note(&variant.ident, &variant.attrs);
        }
    }

    fn visit_item_trait(&mut self, node: &'ast syn::ItemTrait) {
        if !is_public(&node.vis) {
            return;
        }
        self.note(&node.ident, &node.attrs);
        for item in &node.items {
            if let syn::TraitItem::Fn(function) = item {
                self.note(&function.sig.ident, &function.attrs);
            }
        }
    }

    fn visit_item_impl(&mut self, node: &'ast syn::ItemImpl) {
        // What a trait's method means is said at the trait.
        if node.trait_.is_some() {
            return;
        }
        for item in &node.items {
            match item {
                syn::ImplItem::Fn(function) if is_public(&function.vis) => {
                    self.note(&function.sig.ident, &function.attrs);
                }
                syn::ImplItem::Const(constant) if is_public(&constant.vis) => {
                    self.note(&constant.ident, &constant.attrs);
                }
                _ => {}
            }
        }
    }

    fn visit_item_const(&mut self, node: &'ast syn::ItemConst) {
        if is_public(&node.vis) {
            self.note(&node.ident, &node.attrs);
        }
    }

    fn visit_item_static(&mut self, node: &'ast syn::ItemStatic) {
        if is_public(&node.vis) {
            self.note(&node.ident, &node.attrs);
        }
    }

    fn visit_item_type(&mut self, node: &'ast syn::ItemType) {
        if is_public(&node.vis) {
            self.note(&node.ident, &node.attrs);
        }
    }

    fn visit_item_mod(&mut self, node: &'ast syn::ItemMod) {
        if is_public(&node.vis) {
            let own = module_paths(&self.file.path, &node.ident.to_string());
            let inside = own.iter().any(|path| self.with_doc.contains(path.as_str()));
            self.push(&node.ident, inside || node.attrs.iter().any(is_doc));
        }
        let line = node.span().start().line;
        if !self.file.is_test_line(line) {
            syn::visit::visit_item_mod(self, node);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(files: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
        let files = files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()));
        let (findings, notes) = public_items(&Repository::from_files(files.collect()));
        (
            findings.into_iter().map(|finding| finding.found).collect(),
            notes,
        )
    }

    #[test]
    fn each_kind_of_bare_public_item_is_found() {
        let text = "
            pub fn a() {}
            pub struct B { pub c: u8, d: u8 }
            pub enum E { F }
            pub trait G { fn h(); }
            impl B { pub fn i() {} pub const J: u8 = 1; fn k() {} }
            pub const L: u8 = 1;
            pub static M: u8 = 1;
            pub type N = u8;
            pub mod o { pub fn p() {} }
            fn q() {}
            pub(crate) fn r() {}
            #[cfg(test)] mod tests { pub fn s() {} }";
        let (found, notes) = check(&[("crates/law/src/lib.rs", text)]);
        let names: String = found
            .iter()
            .filter_map(|text| text.split('`').nth(1))
            .collect();
        assert_eq!(names, "aBcEFGhiJLMNop");
        assert_eq!(notes[0], "public docs, law: 0 of 14 (0.0 %)");
    }

    #[test]
    fn ninety_percent_passes_and_less_does_not() {
        let text = |bare: usize, with: usize| {
            let bare: String = (0..bare).map(|n| format!("pub fn a{n}() {{}}\n")).collect();
            let with: String = (0..with)
                .map(|n| format!("/// B.\npub fn b{n}() {{}}\n"))
                .collect();
            bare + &with
        };
        assert_eq!(check(&[("crates/law/src/lib.rs", &text(1, 9))]).0.len(), 0);
        assert_eq!(check(&[("crates/law/src/lib.rs", &text(2, 17))]).0.len(), 2);
    }

    #[test]
    fn a_module_documented_inside_its_own_file_counts() {
        let files = [
            ("crates/law/src/lib.rs", "pub mod a;"),
            ("crates/law/src/a.rs", "//! A.\n"),
        ];
        assert_eq!(check(&files).0, Vec::<String>::new());
        let files = [
            ("crates/law/src/lib.rs", "pub mod a;"),
            ("crates/law/src/a.rs", ""),
        ];
        assert_eq!(check(&files).0.len(), 1);
    }

    #[test]
    fn a_crate_root_says_what_it_is() {
        let file = |text| RustFile::parse("crates/law/src/lib.rs", text).unwrap();
        assert_eq!(crate_root(&file("//! Law.\n")), []);
        assert_eq!(crate_root(&file("// Law.\n")).len(), 1);
        let inner = RustFile::parse("crates/law/src/part.rs", "").unwrap();
        assert_eq!(crate_root(&inner), []);
    }
}
