//! The model checkers count states, notice what is broken, and take nothing that they do not understand.

use xcc::export::Tla;
use xcc_tests::checkers::{spin, tlc};

/// Counts to a limit, and promises to stay below 7.
fn promela(limit: u32) -> String {
    format!(
        "int n;
active proctype workflow() {{
end:
    do
    :: d_step {{ n == 7 -> assert(false) }}
    :: d_step {{ n < {limit} -> n = n + 1 }}
    od
}}
"
    )
}

fn tla(limit: u8) -> Tla {
    let module = format!(
        "---- MODULE Counter ----
EXTENDS Naturals
VARIABLES n
Init == n = 0
Next == n' = IF n < {limit} THEN n + 1 ELSE n
Spec == Init /\\ [][Next]_n
Below == n < 7
====
"
    );
    Tla {
        name: "Counter".to_owned(),
        module,
        config: "SPECIFICATION Spec\nINVARIANT Below\n".to_owned(),
    }
}

#[test]
fn both_count_all_states() {
    let reports = [spin::verify(&promela(6)), tlc::check(&tla(6))];
    for report in reports.map(Result::unwrap) {
        assert_eq!((report.states, report.violation), (7, None));
    }
}

#[test]
fn both_notice_a_broken_promise() {
    let violation = spin::verify(&promela(9)).unwrap().violation.unwrap();
    assert_eq!(violation.what, "assertion violated 0");
    let violation = tlc::check(&tla(9)).unwrap().violation.unwrap();
    assert_eq!(violation.what, "Invariant Below is violated.");
    assert_eq!(violation.depth, 7);
}

/// `xr` is a word of Promela. SPIN complains of such a name and writes a verifier all the same.
#[test]
fn both_refuse_what_they_do_not_understand() {
    let wrong = promela(6).replace("int n;", "int n; int xr;");
    assert!(spin::verify(&wrong).is_err());
    let wrong = Tla {
        module: tla(6).module.replace("Naturals", "Numbers"),
        ..tla(6)
    };
    assert!(tlc::check(&wrong).is_err());
}

/// Too deep a search stops early, counts no errors, and is no answer.
#[test]
fn an_incomplete_search_is_an_error() {
    let deep = promela(200_000).replace("n == 7", "n < 0");
    let error = spin::verify(&deep).unwrap_err();
    assert!(
        error.to_string().contains("max search depth too small"),
        "{error}"
    );
}
