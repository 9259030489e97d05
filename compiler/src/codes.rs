//! The one table of diagnostic codes, each with a title and a page that `xcc explain` prints.
//!
//! To add a code, add a line to its group in the table and write `docs/errors/XCCnnnn.md`. The page gives the reason, a
//! faulty example in a block fenced as `xcc,fails` and a corrected one in a block fenced as `xcc,ok`; both are tests. A
//! number is never used again for something else.

use std::fmt;

macro_rules! codes {
    ($($(#[doc = $group:literal])* $variant:ident = $number:literal: $title:literal,)+) => {
        /// A stable code for one kind of finding.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(
                #[doc = concat!($number, ": ", $title)]
                $variant,
            )+
        }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The code as users see it, as in `XCC0107`.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $number,)+
                }
            }

            /// A title of one line.
            pub fn title(self) -> &'static str {
                match self {
                    $(Self::$variant => $title,)+
                }
            }

            /// The page that explains the code, in Markdown.
            pub fn explain(self) -> &'static str {
                match self {
                    $(Self::$variant => include_str!(concat!("../docs/errors/", $number, ".md")),)+
                }
            }
        }
    };
}

codes! {
    // 01xx: lexing and parsing
    UnexpectedCharacter = "XCC0101": "unexpected character",
    UnterminatedString = "XCC0102": "unterminated string",
    InvalidEscape = "XCC0103": "unknown escape in a string",
    MalformedNumber = "XCC0104": "malformed number",
    NumberTooLarge = "XCC0105": "number is too large",
    MalformedBytes = "XCC0106": "malformed byte literal",
    UnexpectedToken = "XCC0107": "unexpected token",
    MissingSemicolon = "XCC0108": "missing `;`",
    UnclosedDelimiter = "XCC0109": "unclosed delimiter",
    UnmatchedDelimiter = "XCC0110": "wrong or superfluous closing delimiter",
    MisspeltKeyword = "XCC0111": "misspelt keyword",
    KeywordAsName = "XCC0112": "keyword used as a name",
    UnsupportedSyntax = "XCC0113": "not supported by this version",
    RepeatedClause = "XCC0114": "clause given twice",
    ChainedComparison = "XCC0115": "chained comparison",
    NestingTooDeep = "XCC0116": "nested too deep",
    FileTooLarge = "XCC0117": "file is too large",
    LiteralTooLong = "XCC0118": "literal is too long",
    MisplacedDocComment = "XCC0119": "comment documents nothing",
    MalformedType = "XCC0120": "malformed type",
    BlockComment = "XCC0121": "block comment",
    MalformedDuration = "XCC0122": "malformed duration",
    CallInExpression = "XCC0123": "contract called outside a step",
    TooManyErrors = "XCC0124": "too many syntax errors",
    // 02xx: names and imports
    UnknownChain = "XCC0201": "unknown chain",
    UnknownVm = "XCC0202": "unknown virtual machine",
    UnknownContract = "XCC0203": "unknown contract",
    UnknownFunction = "XCC0204": "unknown function",
    UnknownType = "XCC0205": "unknown type",
    UnknownValue = "XCC0206": "unknown name",
    UnknownField = "XCC0207": "unknown field, result or variant",
    DuplicateName = "XCC0208": "name declared twice",
    ShadowedName = "XCC0209": "name hides a declaration",
    TranslatedNamesCollide = "XCC0210": "names become one in emitted code",
    ReservedName = "XCC0211": "reserved name",
    UsedTooEarly = "XCC0212": "result used before it is known",
    ResultMayBeMissing = "XCC0213": "result of a step that may be skipped",
    UnnamedResult = "XCC0214": "result without a name",
    NotAValue = "XCC0215": "name stands for something else",
    UnsupportedFunction = "XCC0216": "function cannot be called",
    AmbiguousFunction = "XCC0217": "call fits several functions",
    NotCallable = "XCC0218": "function cannot be called from emitted code",
    WrongResultCount = "XCC0219": "wrong number of result names",
    EmptyDeclaration = "XCC0220": "empty declaration",
    NameTooLong = "XCC0221": "name is too long",
    Unused = "XCC0222": "unused name",
    InterfaceNotSupplied = "XCC0224": "interface file was not read",
    RecursiveConst = "XCC0225": "constant needs itself",
    UnknownImport = "XCC0226": "file does not declare an imported name",
    ImportCycle = "XCC0227": "file imports itself",
    ImportPath = "XCC0228": "import of no source file of the project",
    WorkflowImported = "XCC0229": "workflow cannot be imported",
    RecursiveFunction = "XCC0230": "function calls itself",
    UnknownStandard = "XCC0231": "unknown token standard",
    UnknownAsset = "XCC0232": "unknown asset",
    UnknownHolding = "XCC0233": "unknown holding",
    InRepeat = "XCC0234": "name that stands in a repeat",
    // 03xx: types
    TypeMismatch = "XCC0301": "type mismatch",
    AddressOfOtherChain = "XCC0302": "address of another chain",
    NarrowingConversion = "XCC0303": "conversion could lose value",
    ArgumentCount = "XCC0304": "wrong number of arguments",
    IntegerOutOfRange = "XCC0305": "integer out of range",
    LiteralLength = "XCC0306": "literal has the wrong length",
    UnknownLiteralType = "XCC0307": "type of a literal is not known",
    WrongOperand = "XCC0308": "operator is not for this type",
    MissingField = "XCC0309": "missing field",
    UnrepresentableParameter = "XCC0310": "parameter has no type in the language",
    UnusableResult = "XCC0311": "result cannot be used",
    WrongResultType = "XCC0312": "result has another type",
    RecursiveRecord = "XCC0313": "record contains itself",
    BoundOutOfRange = "XCC0314": "bound is out of range",
    LinearResult = "XCC0315": "result must be used",
    LinearParameter = "XCC0316": "parameter takes a Move value for good",
    NotPayable = "XCC0317": "function takes no value",
    ClauseOfOtherVm = "XCC0318": "clause of another virtual machine",
    SeesSender = "XCC0319": "call that sees who sends the transaction",
    UnknownAccount = "XCC0320": "unknown account",
    UnboundAccounts = "XCC0321": "accounts are not bound",
    NotAnAccount = "XCC0322": "not an account",
    AccountConflict = "XCC0323": "account is fixed by the interface",
    SignerAccount = "XCC0324": "nobody can sign for an account",
    InvalidSeeds = "XCC0325": "seeds derive no address",
    ArithmeticInKey = "XCC0326": "arithmetic in the key of an account",
    IdleSender = "XCC0327": "sender without a use",
    UnknownObject = "XCC0330": "unknown object",
    UnboundObjects = "XCC0331": "objects are not bound",
    NotAnObject = "XCC0332": "not an object",
    TypeArgumentCount = "XCC0333": "wrong number of type arguments",
    NotAType = "XCC0334": "not a Move type",
    ConstantConflict = "XCC0335": "constant is used in two ways",
    SignedArithmetic = "XCC0336": "arithmetic on signed numbers",
    NoValue = "XCC0337": "arithmetic without a value",
    MisplacedAmount = "XCC0338": "amount that is of no chain",
    MixedAmounts = "XCC0339": "amounts of two assets or chains",
    LosesPart = "XCC0340": "amount that may lose a part",
    IdleExact = "XCC0341": "exact without a use",
    IdleFloor = "XCC0342": "floor without a use",
    // 04xx: chains and transports
    UnknownTransport = "XCC0402": "unknown transport",
    MissingTransport = "XCC0403": "missing transport",
    TransportDoesNotReach = "XCC0404": "transport does not reach the chain",
    UnsupportedTransport = "XCC0405": "transport is not supported by this version",
    TransportAtHome = "XCC0406": "transport on a step of the home chain",
    DeadlineTooShort = "XCC0407": "deadline is too short",
    InterfaceOfOtherVm = "XCC0408": "interface of another virtual machine",
    StandardOfOtherVm = "XCC0409": "token standard of another virtual machine",
    AssetElsewhere = "XCC0410": "asset without a form on a chain",
    // 05xx: the shape of the saga
    MissingRole = "XCC0501": "step does not say what undoes it",
    SecondPivot = "XCC0502": "second pivot",
    CompensableAfterPivot = "XCC0503": "compensation after the pivot",
    NotRetriableAfterPivot = "XCC0504": "step after the pivot is not retriable",
    RetriableBeforePivot = "XCC0505": "retriable step without a pivot before it",
    ConflictingRoles = "XCC0506": "clauses contradict each other",
    LaterCallOnOtherChain = "XCC0507": "compensation or confirmation on another chain",
    UsesLaterValue = "XCC0508": "compensation or confirmation uses a later value",
    MissingDeadline = "XCC0509": "missing deadline",
    UselessDeadline = "XCC0510": "deadline without a use",
    RepeatedStatement = "XCC0511": "statement stands twice",
    MissingAuthority = "XCC0512": "nobody is authorised",
    WrongAuthority = "XCC0513": "not an authority",
    MissingReturn = "XCC0514": "missing return",
    UnexpectedReturn = "XCC0515": "unexpected return",
    ReturnNotLast = "XCC0516": "return is not the last statement",
    NoSteps = "XCC0517": "workflow without steps",
    MisplacedPolicy = "XCC0518": "policy without a use",
    RetryCountOutOfRange = "XCC0519": "number of retries is out of range",
    ViewAsStep = "XCC0520": "step that only reads",
    NotABranch = "XCC0521": "statement in parallel that is no step",
    NothingBeside = "XCC0522": "parallel with fewer than two steps",
    PivotBeside = "XCC0523": "pivot beside other steps",
    HomeStepBeside = "XCC0524": "home step in parallel",
    GuardedRetriable = "XCC0525": "guard on a retriable step",
    MayFailForEver = "XCC0526": "call that may fail for ever",
    NeverTrue = "XCC0527": "guard that is never true",
    AlwaysTrue = "XCC0528": "guard that is always true",
    MayHaveNoValue = "XCC0529": "arithmetic that may have no value",
    NotInIf = "XCC0540": "statement that cannot stand in an arm",
    EmptyIf = "XCC0541": "if without a step",
    PivotInIf = "XCC0542": "pivot in an arm",
    DecidedIf = "XCC0543": "if that always goes one way",
    EmptyAttempt = "XCC0544": "attempt without a step",
    NestedAttempt = "XCC0545": "attempt in another attempt",
    NeverRefused = "XCC0546": "attempt of what is never refused",
    AfterPivot = "XCC0547": "way back after the pivot",
    AlwaysAborts = "XCC0548": "abort without a condition",
    AfterAbort = "XCC0549": "statement after abort",
    Reason = "XCC0550": "reason that cannot be announced",
    NotInAtomic = "XCC0551": "statement that cannot stand in atomic",
    AtomicAcross = "XCC0552": "atomic across chains",
    TakenLate = "XCC0553": "asset taken after the start",
    TakenFromOther = "XCC0554": "asset taken from somebody else",
    PaidEarly = "XCC0555": "holding paid before the pivot",
    NotPaid = "XCC0556": "holding that is left over",
    PaidTwice = "XCC0557": "holding that leaves custody twice",
    RepeatCount = "XCC0558": "number of repetitions that cannot be written out",
    NotInRepeat = "XCC0559": "statement that cannot stand in repeat",
    EmptyRepeat = "XCC0560": "repeat without a step",
    SpentEarly = "XCC0561": "holding spent by a step that may be undone",
    SpentElsewhere = "XCC0562": "holding spent on another chain",
    OtherAssets = "XCC0563": "call that spends other holdings than its function takes",
    SpentTogether = "XCC0564": "two holdings of one asset in one call",
    ValueBesideSpending = "XCC0565": "value beside native currency that is spent",
    SecondNative = "XCC0566": "two assets for the native currency of a chain",
    NativeHasNoToken = "XCC0567": "native currency named for a token",
    ViewElsewhere = "XCC0568": "guard that asks another chain",
    ViewWrites = "XCC0569": "guard that calls what does not only read",
    ClauseOfAtomic = "XCC0570": "clause at a later step of atomic",
    AtomicHeldTwice = "XCC0571": "atomic with two owners of what undoes it",
    EmptyAtomic = "XCC0572": "atomic without a step",
    ReleasedInAttempt = "XCC0575": "holding released in what an attempt tries",
    NothingHeld = "XCC0576": "nothing that could be held for somebody",
    FalseIsSuccess = "XCC0577": "false counts as success",
    // 06xx: budgets and sizes
    MissingGas = "XCC0601": "missing budget",
    ZeroGas = "XCC0602": "budget of zero",
    GasOverLimit = "XCC0603": "budget over the limit",
    TooManySteps = "XCC0604": "too many steps",
    MessageTooLarge = "XCC0605": "message is too large",
    DeadlineTooLong = "XCC0606": "deadline is too far away",
    TooManyBeside = "XCC0607": "too many steps beside each other",
    ExpressionTooLarge = "XCC0608": "expression is too large",
    TransactionOverLimit = "XCC0609": "budgets of one transaction over the limit",
    // 07xx: the project and xcc.toml
    NoProject = "XCC0701": "no project",
    FileNotFound = "XCC0702": "file not found",
    UnreadableFile = "XCC0703": "unreadable file",
    NotUtf8 = "XCC0704": "not text",
    ManifestSyntax = "XCC0705": "xcc.toml is not TOML",
    UnknownKey = "XCC0706": "unknown key in xcc.toml",
    MissingKey = "XCC0707": "missing key in xcc.toml",
    InvalidValue = "XCC0708": "invalid value in xcc.toml",
    UnknownEdition = "XCC0709": "unknown edition",
    NoProfile = "XCC0710": "no such profile",
    UnboundName = "XCC0711": "a name the profile does not bind",
    UndeclaredBinding = "XCC0712": "a bound name the source does not declare",
    UnusedBinding = "XCC0713": "unused binding",
    InvalidNetwork = "XCC0714": "invalid network identifier",
    InvalidAddress = "XCC0715": "invalid address",
    ZeroAddress = "XCC0716": "zero address",
    InvalidEndpoint = "XCC0717": "invalid endpoint of a transport",
    DuplicateBinding = "XCC0718": "bound twice",
    ProjectExists = "XCC0719": "a file is already there",
    // 08xx: interface files
    InterfaceNotJson = "XCC0801": "interface file is not JSON",
    InterfaceFormat = "XCC0802": "interface file of another kind",
    InterfaceMalformed = "XCC0803": "malformed interface file",
    InterfaceTooLarge = "XCC0804": "interface file is too large",
    // 09xx: targets and back ends
    SolidityUnsupported = "XCC0910": "not possible in Solidity",
    SolanaRecordTooLarge = "XCC0920": "record too large for a Solana account",
    SolanaTransactionTooLarge = "XCC0921": "transaction too large for Solana",
    SolanaUnknownAccount = "XCC0922": "account that nobody knows before the transaction",
    SuiUnsupported = "XCC0930": "not possible on Sui",
    AptosUnsupported = "XCC0940": "not possible on Aptos",
    // 10xx: output
    OutputStale = "XCC1001": "output is out of date",
    OutputEdited = "XCC1002": "output was edited by hand",
    OutputOtherVersion = "XCC1003": "output was made by another xcc",
    OutputMissing = "XCC1004": "output is missing",
    OutputForeign = "XCC1005": "a foreign file is in the way",
    OutputUnwritable = "XCC1006": "output cannot be written",
    OutputPath = "XCC1007": "unsafe output path",
    InvalidLock = "XCC1008": "xcc.lock cannot be read",
    NotAMessage = "XCC1009": "not a message",
    ForeignMessage = "XCC1010": "not a message of this project",
    // 11xx: proofs and simulations
    PromiseBroken = "XCC1101": "a workflow breaks a promise",
    NotProved = "XCC1102": "a workflow is not proved",
    ExpectationUnmet = "XCC1103": "a run ends otherwise than expected",
    ScenarioSyntax = "XCC1104": "a scenario is not TOML",
    ScenarioName = "XCC1105": "unknown name in a scenario",
    ScenarioValue = "XCC1106": "invalid value in a scenario",
    NotAMove = "XCC1107": "not a move",
    NoSuchWorkflow = "XCC1108": "no workflow to simulate",
    NothingStarts = "XCC1109": "no instance starts",
    StaysDone = "XCC1110": "a step stays done when the rest is undone",
    PassedOver = "XCC1111": "a workflow completes without a step",
}

impl Code {
    /// Finds a code by what a user types: `XCC0107`, `xcc0107`, `0107` or `107`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = match text.get(..3) {
            Some(prefix) if prefix.eq_ignore_ascii_case("xcc") => &text[3..],
            _ => text,
        };
        let number: u16 = digits.parse().ok()?;
        let wanted = format!("XCC{number:04}");
        Self::ALL
            .iter()
            .copied()
            .find(|code| code.as_str() == wanted)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_without_repetition() {
        let numbers: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
    }

    #[test]
    fn every_code_is_well_formed_and_its_page_names_it() {
        for code in Code::ALL {
            let number = code.as_str();
            assert_eq!(Code::parse(number), Some(*code));
            assert_eq!(number.len(), 7, "{number}");
            let head = format!("# {number}: {}\n", code.title());
            assert!(
                code.explain().starts_with(&head),
                "{number}: page must start with {head:?}"
            );
            assert!(!code.title().ends_with('.'), "{number}");
        }
    }

    #[test]
    fn codes_are_found_however_they_are_typed() {
        for text in ["XCC0107", "xcc0107", "0107", "107", " xcc107 "] {
            assert_eq!(Code::parse(text), Some(Code::UnexpectedToken), "{text}");
        }
        for text in ["", "XCC", "XCC9999", "é107", "-107", "x0107"] {
            assert_eq!(Code::parse(text), None, "{text}");
        }
    }
}
