//! A node: one folder, and what it is.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::Deserialize;
use terms::place::PlaceCode;

use crate::error::KeepError;
use crate::folder::{FolderShelf, sync_folder, write_durably};

const CONFIG: &str = "palermo.toml";
const CONFIG_STAGED: &str = "palermo.toml.new";
const FORMAT: u32 = 1;
/// Longest name of a node, in characters.
const NAME_LENGTH_MAX: usize = 200;

/// What a node is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// An agency within a State.
    Agency,
    /// A State's national hub.
    National,
    /// A regional secretariat.
    Regional,
    /// The global collection.
    Global,
    /// A site for the public.
    Public,
}

/// A word that is no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("role_unknown: “{0}” is no role; allowed: agency, national, regional, global, public")]
pub struct UnknownRole(pub String);

impl Role {
    /// Every role.
    pub const ALL: [Self; 5] = [
        Self::Agency,
        Self::National,
        Self::Regional,
        Self::Global,
        Self::Public,
    ];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Agency => "agency",
            Self::National => "national",
            Self::Regional => "regional",
            Self::Global => "global",
            Self::Public => "public",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|role| role.code() == text);
        found.ok_or_else(|| UnknownRole(text.to_owned()))
    }
}

/// What a node says of itself, in `palermo.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeConfig {
    /// What it is for.
    pub role: Role,
    /// What it is called.
    pub name: String,
    /// The State or territory whose law it stands under; none for a node of several States.
    pub jurisdiction: Option<PlaceCode>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfigText {
    format: u32,
    role: String,
    name: String,
    jurisdiction: Option<String>,
}

/// A node's folder.
#[derive(Debug, Clone)]
pub struct Node {
    path: PathBuf,
    config: NodeConfig,
    shelf: FolderShelf,
}

impl Node {
    /// Makes a node in a new or empty folder.
    ///
    /// # Errors
    /// When the folder is a node already or holds other things, when the name is unfit, or when
    /// the disk refuses.
    pub fn init(path: &Path, config: &NodeConfig) -> Result<Self, KeepError> {
        let file = path.join(CONFIG);
        let text = write_config(config).map_err(|reason| KeepError::NodeConfig {
            path: file.clone(),
            reason,
        })?;
        if file.exists() {
            return Err(KeepError::NodeExists(path.to_owned()));
        }
        fs::create_dir_all(path).map_err(KeepError::disk("create", path))?;
        for entry in fs::read_dir(path).map_err(KeepError::disk("list", path))? {
            let entry = entry.map_err(KeepError::disk("list", path))?;
            // What an interrupted `init` left behind is no hindrance.
            if entry.file_name() != CONFIG_STAGED {
                return Err(KeepError::FolderNotEmpty(path.to_owned()));
            }
        }
        let staged = path.join(CONFIG_STAGED);
        write_durably(&staged, text.as_bytes())?;
        fs::rename(&staged, &file).map_err(KeepError::disk("move", &staged))?;
        sync_folder(path)?;
        Self::open(path)
    }

    /// Opens a node. What an interrupted write left behind is swept away.
    ///
    /// # Errors
    /// When there is no node, its description cannot be used, or the disk refuses.
    pub fn open(path: &Path) -> Result<Self, KeepError> {
        let file = path.join(CONFIG);
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(KeepError::NodeMissing(path.to_owned()));
            }
            Err(error) => return Err(KeepError::disk("read", &file)(error)),
        };
        let config =
            read_config(&text).map_err(|reason| KeepError::NodeConfig { path: file, reason })?;
        let shelf = FolderShelf::open(path)?;
        Ok(Self {
            path: path.to_owned(),
            config,
            shelf,
        })
    }

    /// The node's folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the node says of itself.
    #[must_use]
    pub const fn config(&self) -> &NodeConfig {
        &self.config
    }

    /// The published files that the node holds.
    #[must_use]
    pub const fn shelf(&self) -> &FolderShelf {
        &self.shelf
    }
}

fn check_name(name: &str) -> Result<(), String> {
    if name.trim().is_empty() {
        return Err("the name is blank".to_owned());
    }
    if name.chars().count() > NAME_LENGTH_MAX {
        return Err(format!(
            "the name is longer than {NAME_LENGTH_MAX} characters"
        ));
    }
    if name.chars().any(char::is_control) {
        return Err("the name holds a control character, such as a line break".to_owned());
    }
    Ok(())
}

fn write_config(config: &NodeConfig) -> Result<String, String> {
    check_name(&config.name)?;
    // Names hold no control characters, so these two are all that TOML wants escaped.
    let name = config.name.replace('\\', "\\\\").replace('"', "\\\"");
    let mut text = format!(
        "# What this node is. Palermo reads this file and never changes it after `palermo init`.\n\
         format = {FORMAT}\nrole = \"{}\"\nname = \"{name}\"\n",
        config.role
    );
    if let Some(jurisdiction) = config.jurisdiction {
        text.push_str(&format!("jurisdiction = \"{jurisdiction}\"\n"));
    }
    Ok(text)
}

fn read_config(text: &str) -> Result<NodeConfig, String> {
    let config: ConfigText = toml::from_str(text).map_err(|error| error.to_string())?;
    if config.format != FORMAT {
        return Err(format!("its layout is {}, not {FORMAT}", config.format));
    }
    check_name(&config.name)?;
    let jurisdiction = config.jurisdiction.map(|code| code.parse()).transpose();
    Ok(NodeConfig {
        role: config
            .role
            .parse()
            .map_err(|error: UnknownRole| error.to_string())?,
        name: config.name,
        jurisdiction: jurisdiction.map_err(|error| format!("{error}"))?,
    })
}
