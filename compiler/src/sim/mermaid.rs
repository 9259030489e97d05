//! A run as a Mermaid sequence diagram: a participant for each chain, an arrow for each message.

use super::Run;
use super::text::Teller;
use super::timeline::{DoingKind, Entry, What};
use crate::entities::Message;

impl Teller<'_> {
    /// The diagram.
    pub fn mermaid(&self, run: &Run) -> String {
        let mut text = "sequenceDiagram\n".to_owned();
        for chain in self.chains() {
            let (index, name) = (self.index_of(chain), self.chain_name(chain));
            text += &format!("    participant c{index} as {}\n", escaped(name));
        }
        for entry in &run.timeline {
            self.draw(entry, &mut text);
        }
        text
    }

    fn draw(&self, entry: &Entry, text: &mut String) {
        let lines: Vec<_> = self
            .lines(entry)
            .iter()
            .map(|line| escaped(line.trim()))
            .collect();
        let last = self.chains().len() - 1;
        let place = match entry.chain {
            Some(chain) => format!("c{}", self.index_of(chain)),
            None if last == 0 => "c0".to_owned(),
            None => format!("c0,c{last}"),
        };
        let (head, rest) = lines
            .split_first()
            .map_or(("", &[][..]), |(head, rest)| (head, rest));
        match &entry.what {
            What::Transaction { doing, .. } => {
                let rest = match doing.kind {
                    DoingKind::Present(message, _) => {
                        *text += &self.arrow(message, "->>", head);
                        rest
                    }
                    _ => &lines,
                };
                if !rest.is_empty() {
                    *text += &format!("    Note over {place}: {}\n", rest.join("<br/>"));
                }
            }
            What::Lost(message) => *text += &self.arrow(*message, "-x", head),
            _ => *text += &format!("    Note over {place}: {}\n", lines.join("<br/>")),
        }
    }

    fn arrow(&self, message: Message, arrow: &str, label: &str) -> String {
        let program = self.subject.program;
        let data = &program.messages[message];
        let [from, to] = [data.from, data.to].map(|machine| {
            let chain = program.machines[machine].chain;
            self.index_of(chain)
        });
        format!("    c{from}{arrow}c{to}: {label}\n")
    }
}

/// Signs that mean something to Mermaid, by their numbers.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for sign in text.chars() {
        match sign {
            '#' | ';' | '<' | '>' | '"' => out += &format!("#{};", u32::from(sign)),
            sign => out.push(sign),
        }
    }
    out
}
