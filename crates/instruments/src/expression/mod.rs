//! What stands in the cells of expressions, as far as the compiler looks into it: names, words,
//! references to other questions. What an expression comes to is [`crate::evaluate`]'s business.

mod lexer;
mod name;
mod reference;

pub(crate) use lexer::{Token, words};
pub(crate) use name::{is_name, name_length};
pub(crate) use reference::{
    Found, Unreadable, first_references, has_last_saved, has_reference, is_reference,
    only_reference, references,
};

/// The types whose values are written with a hyphen that is no minus.
const HYPHENATED: [&str; 5] = ["date", "dateTime", "geopoint", "geotrace", "geoshape"];

/// Whether a default is computed: it holds an operator, a call or a reference.
pub(crate) fn is_dynamic(default: &str, question_type: &str) -> bool {
    for word in words(default) {
        if word.token == Token::Operator && word.text == "-" && HYPHENATED.contains(&question_type)
        {
            return false;
        }
        if matches!(
            word.token,
            Token::Operator | Token::Union | Token::Reference | Token::Call
        ) {
            return true;
        }
    }
    false
}
