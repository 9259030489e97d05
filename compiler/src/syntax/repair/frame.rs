//! What the repair pass knows about the delimiters that are open.

use std::ops::Range;

use super::super::token::{Keyword, Role};

/// An open delimiter, or the file itself.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) kind: FrameKind,
    /// The delimiter that closes it.
    pub(super) close: char,
    /// The bytes of the delimiter that opened it; none where that was missing.
    pub(super) opening: Range<u32>,
    /// How many operators stand in it since the last separator.
    pub(super) operators: usize,
    /// The word its open statement begins with; `None` between statements.
    pub(super) head: Option<Head>,
}

/// What stands inside a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FrameKind {
    /// The declarations of a file.
    Top,
    /// The statements of a workflow.
    Body,
    /// The statements of a block inside a workflow.
    Block,
    /// The values that a function names, and its own.
    Function,
    /// The members of a record or an enum.
    Members,
    /// Anything in a list or an expression.
    Group,
}

/// The first word of a statement or declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Head {
    Keyword(Keyword),
    Unknown,
}

/// Tokens are being left out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Skip {
    /// How many frames were open where it began.
    pub(super) level: usize,
    pub(super) until: Until,
}

/// What ends a [`Skip`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Until {
    /// A `;`, which is left out too.
    Semicolon,
    /// The end of a block and of the `else` blocks after it, or a `;`; left out too.
    Block,
}

impl Frame {
    pub(super) fn top() -> Self {
        // No token closes the file.
        Self::new(FrameKind::Top, '\0', 0..0)
    }

    pub(super) fn new(kind: FrameKind, close: char, opening: Range<u32>) -> Self {
        Self {
            kind,
            close,
            opening,
            operators: 0,
            head: None,
        }
    }

    /// What a `{` in this frame opens, perhaps after a list in parentheses.
    pub(super) fn kind_of_brace(&self, after_list: bool) -> FrameKind {
        let keyword = match self.head {
            Some(Head::Keyword(keyword)) => Some(keyword),
            _ => None,
        };
        match (self.kind, keyword) {
            (FrameKind::Top, Some(Keyword::Workflow)) => FrameKind::Body,
            // Only a workflow has inputs before its braces, with or without the word.
            (FrameKind::Top, None) if after_list => FrameKind::Body,
            (FrameKind::Top, Some(Keyword::Const | Keyword::Import)) => FrameKind::Group,
            (FrameKind::Top, Some(Keyword::Fn)) => FrameKind::Function,
            (FrameKind::Top, _) => FrameKind::Members,
            (FrameKind::Body | FrameKind::Block, Some(keyword)) if keyword.has_blocks() => {
                FrameKind::Block
            }
            (FrameKind::Body | FrameKind::Block, Some(keyword))
                if matches!(keyword.role(), Role::Statement | Role::LaterStatement) =>
            {
                FrameKind::Group
            }
            (FrameKind::Body | FrameKind::Block, _) => FrameKind::Block,
            (FrameKind::Function | FrameKind::Members | FrameKind::Group, _) => FrameKind::Group,
        }
    }
}

impl FrameKind {
    /// Whether its content is split into statements or declarations.
    pub(super) fn holds_statements(self) -> bool {
        matches!(self, Self::Top | Self::Body | Self::Block | Self::Function)
    }
}

impl Head {
    /// Whether the declaration ends with `;` and not with a `}`.
    pub(super) fn ends_with_semicolon(self) -> bool {
        use Keyword::{Asset, Chain, Const, Contract, Import};
        matches!(
            self,
            Self::Keyword(Asset | Chain | Const | Contract | Import)
        )
    }
}
