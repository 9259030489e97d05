//! `xcc explain`: the page of a code, or the list of all.

use serde_json::json;

use super::Exit;
use super::args::ExplainArgs;
use super::session::Session;
use crate::codes::Code;

pub(super) fn explain(options: &ExplainArgs, session: &mut Session) -> Exit {
    let Some(text) = &options.code else {
        list(session);
        return Exit::Success;
    };
    let Some(code) = Code::parse(text) else {
        session.say(&format!(
            "xcc: there is no code `{text}`; `xcc explain` lists all codes"
        ));
        return Exit::Usage;
    };
    if session.is_json() {
        let page = json!({ "code": code.as_str(), "title": code.title(), "page": code.explain() });
        session.print(&format!("{page:#}\n"));
    } else {
        session.print(code.explain());
    }
    Exit::Success
}

fn list(session: &Session) {
    if session.is_json() {
        let entry = |code: &Code| json!({ "code": code.as_str(), "title": code.title() });
        let codes: Vec<_> = Code::ALL.iter().map(entry).collect();
        session.print(&format!("{:#}\n", json!(codes)));
        return;
    }
    let line = |code: &Code| format!("{code}  {}\n", code.title());
    session.print(&Code::ALL.iter().map(line).collect::<String>());
}
