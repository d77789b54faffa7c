//! `palermo form`: questionnaires.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// What is done with a form.
#[derive(Debug, Subcommand)]
pub(crate) enum Form {
    /// Look a form over: what is wrong, what it may do to people, where engines would not agree
    #[command(
        after_help = "A form is a Markdown table, a CSV file or a workbook in the XLSForm \
                            layout.\n\n\
                            Example: palermo form check ./intake/form.md --json"
    )]
    Check(FormFile),
    /// What a form asks, as a table
    #[command(after_help = "Example: palermo form dictionary ./intake/form.md > dictionary.md")]
    Dictionary {
        /// The form
        file: PathBuf,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Write a form as the XForm that phones take
    #[command(
        after_help = "A form that is refused leaves no file; the findings say why, with \
                            sheet, row and column.\n\n\
                            Example: palermo form convert ./form.xlsx -o ./form.xml --json"
    )]
    Convert {
        #[command(flatten)]
        form: FormFile,
        /// Where the XForm goes
        #[arg(short, long)]
        output: PathBuf,
        /// Break the XForm into lines
        #[arg(long)]
        pretty: bool,
    },
    /// Fill in forms by a script: a JSON request a line in, a JSON answer a line out
    #[command(
        after_help = "A request: {\"id\", \"form\": XForm or its file, \"dir\" or \
                            \"attachments\", \"instance\", \"steps\": [[\"set\", path, value], \
                            [\"add\", path], [\"remove\", path, n], [\"lang\", language]], \
                            \"now\"}.\n\n\
                            Example: palermo form replay < requests.jsonl"
    )]
    Replay {
        /// As JSON, which it always is
        #[arg(long)]
        json: bool,
    },
    /// Rows of the sheet choices for a built-in code list
    #[command(after_help = "Example: palermo form choices palermo.exploitation@1")]
    Choices {
        /// The list, such as palermo.sex@1
        list: String,
        /// The name of the list in the form; if not given, the last word of the list's own
        #[arg(long)]
        name: Option<String>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

/// A form and what is to be known of it.
#[derive(Debug, Args)]
pub(crate) struct FormFile {
    /// The form: .md, .csv, .xlsx
    pub(crate) file: PathBuf,
    /// File with the node's own key, which records are sealed with
    #[arg(long, value_name = "FILE")]
    pub(crate) public_key: Option<PathBuf>,
    /// As JSON: {"ok", "findings": [{"sheet", "row", "column", "code", "message"}]}
    #[arg(long)]
    pub(crate) json: bool,
}
