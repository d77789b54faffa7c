//! Expressions: the subset of XPath 1.0 that JavaRosa reads, from text to a tree.

use crate::limits;

/// An operator between two expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Union,
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Expression {
    Number(f64),
    Text(String),
    Negative(Box<Expression>),
    Binary(Operator, Box<Expression>, Box<Expression>),
    Call(String, Vec<Expression>),
    Path(Path),
}

/// Where a path begins.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Start {
    /// At the record's root.
    Root,
    /// At the node that the expression belongs to.
    Here,
    /// At the node that `current()` means.
    Current,
    /// At the root of an instance.
    Instance(String),
}

/// A path: where it begins, how many steps up, then down.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Path {
    pub(crate) start: Start,
    pub(crate) up: usize,
    pub(crate) steps: Vec<Step>,
}

/// A step down, with its conditions.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Step {
    /// The name; `*` for any, `@name` for an attribute.
    pub(crate) name: String,
    pub(crate) predicates: Vec<Expression>,
}

/// Why a text is no expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAnExpression {
    /// What was found, and where.
    pub message: String,
}

impl std::fmt::Display for NotAnExpression {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for NotAnExpression {}

fn refuse<T>(message: impl Into<String>) -> Result<T, NotAnExpression> {
    Err(NotAnExpression {
        message: message.into(),
    })
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Operator(Operator),
    Minus,
    Wildcard,
    Slash,
    DoubleSlash,
    BracketBegin,
    BracketEnd,
    ParenthesisBegin,
    ParenthesisEnd,
    Dot,
    DoubleDot,
    At,
    Comma,
    Axis,
    Name(String),
    Number(f64),
    Text(String),
}

/// Reads an expression.
pub(crate) fn parse(text: &str) -> Result<Expression, NotAnExpression> {
    if text.chars().count() > limits::EXPRESSION_MAX {
        return refuse("the expression is too long");
    }
    let tokens = tokens(text)?;
    let mut parser = Parser {
        tokens,
        at: 0,
        depth: 0,
    };
    let expression = parser.level(0)?;
    match parser.tokens.get(parser.at) {
        None => Ok(expression),
        Some(token) => refuse(format!("found {token:?} where the expression should end")),
    }
}

fn is_letter(c: char) -> bool {
    c.is_lowercase() || c.is_uppercase() || c == '_'
}

fn name_length(text: &str) -> usize {
    let continues = |c: char| is_letter(c) || c.is_numeric() || c == '.' || c == '-';
    let part = |text: &str| {
        if text.starts_with(is_letter) {
            text.find(|c| !continues(c)).unwrap_or(text.len())
        } else {
            0
        }
    };
    let first = part(text);
    match text[first..].strip_prefix(':') {
        Some(rest) if first > 0 && part(rest) > 0 => first + 1 + part(rest),
        _ => first,
    }
}

fn number_length(text: &str) -> usize {
    let mut point = false;
    text.find(|c: char| {
        if c == '.' && !point {
            point = true;
            return false;
        }
        !c.is_ascii_digit()
    })
    .unwrap_or(text.len())
}

/// Words that are operators where a value stands before them, in capitals or not.
fn operator_word(text: &str) -> Option<(Operator, usize)> {
    let words = [
        ("and", Operator::And),
        ("or", Operator::Or),
        ("div", Operator::Divide),
        ("mod", Operator::Modulo),
    ];
    words.into_iter().find_map(|(word, operator)| {
        let found = text.get(..word.len())?;
        found
            .eq_ignore_ascii_case(word)
            .then_some((operator, word.len()))
    })
}

fn mark(text: &str, after_value: bool) -> Option<(Token, usize)> {
    use Operator as O;
    let two = match text.get(..2) {
        Some("!=") => Some(Token::Operator(O::NotEqual)),
        Some("<=") => Some(Token::Operator(O::LessOrEqual)),
        Some(">=") => Some(Token::Operator(O::GreaterOrEqual)),
        Some("//") => Some(Token::DoubleSlash),
        Some("..") => Some(Token::DoubleDot),
        Some("::") => Some(Token::Axis),
        _ => None,
    };
    if let Some(token) = two {
        return Some((token, 2));
    }
    let token = match text.chars().next()? {
        '=' => Token::Operator(O::Equal),
        '<' => Token::Operator(O::Less),
        '>' => Token::Operator(O::Greater),
        '+' => Token::Operator(O::Add),
        '-' if after_value => Token::Operator(O::Subtract),
        '-' => Token::Minus,
        '*' if after_value => Token::Operator(O::Multiply),
        '*' => Token::Wildcard,
        '|' => Token::Operator(O::Union),
        '/' => Token::Slash,
        '[' => Token::BracketBegin,
        ']' => Token::BracketEnd,
        '(' => Token::ParenthesisBegin,
        ')' => Token::ParenthesisEnd,
        '@' => Token::At,
        ',' => Token::Comma,
        '.' if !text[1..].starts_with(|c: char| c.is_ascii_digit()) => Token::Dot,
        _ => return None,
    };
    Some((token, 1))
}

fn tokens(text: &str) -> Result<Vec<Token>, NotAnExpression> {
    let mut tokens = Vec::new();
    let mut after_value = false;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if first.is_ascii_whitespace() {
            rest = &rest[1..];
            continue;
        }
        let (token, length) = if let Some(found) = mark(rest, after_value) {
            found
        } else if let Some((operator, length)) = operator_word(rest).filter(|_| after_value) {
            (Token::Operator(operator), length)
        } else if first == '\'' || first == '"' {
            let Some(end) = rest[1..].find(first) else {
                return refuse(format!("the text {rest} has no closing quotation mark"));
            };
            (Token::Text(rest[1..=end].to_owned()), end + 2)
        } else if first.is_ascii_digit() || first == '.' {
            let length = number_length(rest);
            match rest[..length].parse() {
                Ok(number) => (Token::Number(number), length),
                Err(_) => {
                    return refuse(format!("found {} where a number stands", &rest[..length]));
                }
            }
        } else if is_letter(first) && !after_value {
            let length = name_length(rest);
            (Token::Name(rest[..length].to_owned()), length)
        } else {
            let shown: String = rest.chars().take(20).collect();
            return refuse(format!(
                "nothing can begin with \u{2018}{shown}\u{2019} here"
            ));
        };
        after_value = matches!(
            token,
            Token::Wildcard
                | Token::Name(_)
                | Token::Number(_)
                | Token::Text(_)
                | Token::BracketEnd
                | Token::ParenthesisEnd
                | Token::Dot
                | Token::DoubleDot
        );
        tokens.push(token);
        rest = &rest[length..];
    }
    Ok(tokens)
}

/// Operators from the loosest to the tightest.
const LEVELS: [&[Operator]; 7] = [
    &[Operator::Or],
    &[Operator::And],
    &[Operator::Equal, Operator::NotEqual],
    &[
        Operator::Less,
        Operator::LessOrEqual,
        Operator::Greater,
        Operator::GreaterOrEqual,
    ],
    &[Operator::Add, Operator::Subtract],
    &[Operator::Multiply, Operator::Divide, Operator::Modulo],
    &[Operator::Union],
];
/// The level at which a minus sign stands.
const SIGN_LEVEL: usize = 6;

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn take(&mut self, wanted: &Token) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.at += 1;
        }
        found
    }

    fn expect(&mut self, wanted: &Token) -> Result<(), NotAnExpression> {
        if self.take(wanted) {
            return Ok(());
        }
        refuse(format!(
            "found {:?} where {wanted:?} should stand",
            self.peek()
        ))
    }

    fn level(&mut self, level: usize) -> Result<Expression, NotAnExpression> {
        self.depth += 1;
        if self.depth > limits::EXPRESSION_DEPTH_MAX * (LEVELS.len() + 1) {
            return refuse("the expression is nested too deep");
        }
        let result = self.level_within(level);
        self.depth -= 1;
        result
    }

    fn level_within(&mut self, level: usize) -> Result<Expression, NotAnExpression> {
        if level == SIGN_LEVEL && self.take(&Token::Minus) {
            let inner = self.level(level)?;
            return Ok(Expression::Negative(Box::new(inner)));
        }
        let Some(operators) = LEVELS.get(level) else {
            return self.primary();
        };
        let mut left = self.level(level + 1)?;
        while let Some(Token::Operator(operator)) = self.peek() {
            let operator = *operator;
            if !operators.contains(&operator) {
                break;
            }
            self.at += 1;
            let right = self.level(level + 1)?;
            left = Expression::Binary(operator, Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn primary(&mut self) -> Result<Expression, NotAnExpression> {
        let token = self.peek().cloned();
        match token {
            Some(Token::Number(number)) => {
                self.at += 1;
                Ok(Expression::Number(number))
            }
            Some(Token::Text(text)) => {
                self.at += 1;
                Ok(Expression::Text(text))
            }
            Some(Token::ParenthesisBegin) => {
                self.at += 1;
                let inner = self.level(0)?;
                self.expect(&Token::ParenthesisEnd)?;
                self.no_filter()?;
                Ok(inner)
            }
            Some(Token::Name(name))
                if self.tokens.get(self.at + 1) == Some(&Token::ParenthesisBegin)
                    && name != "node" =>
            {
                self.call(&name)
            }
            Some(Token::Slash) => {
                self.at += 1;
                self.steps(Start::Root)
            }
            Some(Token::DoubleSlash) => refuse("// is not supported"),
            Some(_) => self.steps(Start::Here),
            None => refuse("the expression ends too soon"),
        }
    }

    fn no_filter(&self) -> Result<(), NotAnExpression> {
        match self.peek() {
            Some(Token::BracketBegin | Token::Slash | Token::DoubleSlash) => {
                refuse("only instance() and current() may be followed by a path")
            }
            _ => Ok(()),
        }
    }

    fn call(&mut self, name: &str) -> Result<Expression, NotAnExpression> {
        self.at += 2;
        let mut arguments = Vec::new();
        if !self.take(&Token::ParenthesisEnd) {
            loop {
                arguments.push(self.level(0)?);
                if self.take(&Token::ParenthesisEnd) {
                    break;
                }
                self.expect(&Token::Comma)?;
            }
        }
        if self.peek() == Some(&Token::Slash) {
            let start = match (name, arguments.as_slice()) {
                ("instance", [Expression::Text(id)]) => Start::Instance(id.clone()),
                ("current", []) => Start::Current,
                _ => return refuse("only instance() and current() may be followed by a path"),
            };
            self.at += 1;
            return self.steps(start);
        }
        self.no_filter()?;
        Ok(Expression::Call(name.to_owned(), arguments))
    }

    fn steps(&mut self, start: Start) -> Result<Expression, NotAnExpression> {
        let mut path = Path {
            start,
            up: 0,
            steps: Vec::new(),
        };
        loop {
            self.step(&mut path)?;
            match self.peek() {
                Some(Token::Slash) => self.at += 1,
                Some(Token::DoubleSlash) => return refuse("// is not supported"),
                _ => break,
            }
        }
        Ok(Expression::Path(path))
    }

    fn step(&mut self, path: &mut Path) -> Result<(), NotAnExpression> {
        match self.peek().cloned() {
            Some(Token::Dot) => {
                self.at += 1;
                self.no_predicate()
            }
            Some(Token::DoubleDot) => {
                self.at += 1;
                self.up(path)
            }
            Some(Token::At) => {
                self.at += 1;
                match self.peek().cloned() {
                    Some(Token::Name(name)) => {
                        self.at += 1;
                        self.down(path, format!("@{name}"))
                    }
                    other => refuse(format!("found {other:?} where an attribute stands")),
                }
            }
            Some(Token::Wildcard) => {
                self.at += 1;
                self.down(path, "*".to_owned())
            }
            Some(Token::Name(name)) => {
                self.at += 1;
                if self.take(&Token::Axis) {
                    return self.axis(path, &name);
                }
                self.down(path, name)
            }
            other => refuse(format!("found {other:?} where a step of a path stands")),
        }
    }

    fn no_predicate(&self) -> Result<(), NotAnExpression> {
        match self.peek() {
            Some(Token::BracketBegin) => refuse("a condition follows a name"),
            _ => Ok(()),
        }
    }

    fn up(&mut self, path: &mut Path) -> Result<(), NotAnExpression> {
        let allowed = matches!(path.start, Start::Here | Start::Current);
        if !allowed && path.steps.is_empty() {
            return refuse("nothing stands above the root");
        }
        if path.steps.pop().is_none() {
            path.up += 1;
        }
        self.no_predicate()
    }

    fn axis(&mut self, path: &mut Path, axis: &str) -> Result<(), NotAnExpression> {
        let name = match self.peek().cloned() {
            Some(Token::Name(name)) => {
                self.at += 1;
                name
            }
            Some(Token::Wildcard) => {
                self.at += 1;
                "*".to_owned()
            }
            other => return refuse(format!("found {other:?} where a step of a path stands")),
        };
        if name == "node" && self.take(&Token::ParenthesisBegin) {
            self.expect(&Token::ParenthesisEnd)?;
            return match axis {
                "self" => self.no_predicate(),
                "parent" => self.up(path),
                _ => refuse(format!("the axis {axis} is not supported")),
            };
        }
        match axis {
            "child" => self.down(path, name),
            "attribute" => self.down(path, format!("@{name}")),
            _ => refuse(format!("the axis {axis} is not supported")),
        }
    }

    fn down(&mut self, path: &mut Path, name: String) -> Result<(), NotAnExpression> {
        let mut predicates = Vec::new();
        while self.take(&Token::BracketBegin) {
            predicates.push(self.level(0)?);
            self.expect(&Token::BracketEnd)?;
        }
        path.steps.push(Step { name, predicates });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Expression {
        parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    /// The expression with a pair of brackets around each operation.
    fn bracketed(expression: &Expression) -> String {
        match expression {
            Expression::Number(number) => number.to_string(),
            Expression::Text(text) => format!("'{text}'"),
            Expression::Negative(inner) => format!("-({})", bracketed(inner)),
            Expression::Binary(operator, left, right) => {
                format!("({} {operator:?} {})", bracketed(left), bracketed(right))
            }
            Expression::Call(name, arguments) => {
                let arguments: Vec<String> = arguments.iter().map(bracketed).collect();
                format!("{name}({})", arguments.join(", "))
            }
            Expression::Path(path) => {
                let names: Vec<&str> = path.steps.iter().map(|step| step.name.as_str()).collect();
                format!("{}{}", "^".repeat(path.up), names.join("/"))
            }
        }
    }

    #[test]
    fn operators_bind_as_in_xpath() {
        for (text, wanted) in [
            ("1 + 2 * 3", "(1 Add (2 Multiply 3))"),
            ("8 - 2 - 1", "((8 Subtract 2) Subtract 1)"),
            ("1 or 0 and 0", "(1 Or (0 And 0))"),
            ("1 < 2 = 3 > 4", "((1 Less 2) Equal (3 Greater 4))"),
            ("-2 * 3", "(-(2) Multiply 3)"),
            ("(1 + 2) * 3", "((1 Add 2) Multiply 3)"),
            ("7 div 2 mod 2", "((7 Divide 2) Modulo 2)"),
            ("a<=b", "(a LessOrEqual b)"),
        ] {
            assert_eq!(bracketed(&read(text)), wanted, "{text}");
        }
    }

    #[test]
    fn a_word_of_an_operator_may_be_a_name() {
        assert_eq!(bracketed(&read("div div mod")), "(div Divide mod)");
        assert_eq!(bracketed(&read("/data/and")), "data/and");
        assert_eq!(bracketed(&read("a-b")), "a-b");
        assert_eq!(bracketed(&read("a -b")), "(a Subtract b)");
    }

    #[test]
    fn a_path_knows_where_it_begins_and_what_it_asks() {
        let Expression::Path(path) = read("instance('l')/root/item[name = current()/../x][2]/@id")
        else {
            panic!("no path")
        };
        assert_eq!(path.start, Start::Instance("l".to_owned()));
        let names: Vec<&str> = path.steps.iter().map(|step| step.name.as_str()).collect();
        assert_eq!(names, ["root", "item", "@id"]);
        assert_eq!(path.steps[1].predicates.len(), 2);
        let Expression::Binary(_, _, right) = &path.steps[1].predicates[0] else {
            panic!("no comparison")
        };
        let Expression::Path(inner) = &**right else {
            panic!("no path")
        };
        assert_eq!((&inner.start, inner.up), (&Start::Current, 1));
    }

    #[test]
    fn what_is_no_expression_is_refused_with_a_reason() {
        for text in [
            "", " ", "1 +", "(1", "1)", "'a", "a[1", "f(1,", "f(,1)", "a b", "1 2", "..[1]/", "@",
            "$a",
        ] {
            let refused = parse(text).expect_err(text);
            assert!(!refused.message.is_empty());
        }
        let deep = "(".repeat(100_000);
        assert!(parse(&deep).is_err());
        let long = "1+".repeat(limits::EXPRESSION_MAX);
        assert!(parse(&long).is_err());
    }
}
