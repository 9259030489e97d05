//! `xcc decode`: every vector of a build is understood, and what is no message is refused at its place.

use serde_json::Value;

use super::Project;

fn vectors(project: &Project) -> Vec<(Value, Value)> {
    let json: Value = serde_json::from_str(&project.read("generated/vectors.json")).expect("JSON");
    let messages = json["messages"].as_array().expect("messages").clone();
    let pairs = messages.into_iter().flat_map(|message| {
        let vectors = message["vectors"].as_array().expect("vectors").clone();
        vectors
            .into_iter()
            .map(move |vector| (message.clone(), vector))
    });
    pairs.collect()
}

fn bytes(vector: &Value) -> &str {
    vector["message"].as_str().expect("bytes")
}

#[test]
fn every_vector_of_a_build_is_understood() {
    let project = Project::built();
    let vectors = vectors(&project);
    assert!(vectors.len() >= 16, "{}", vectors.len());
    for (message, vector) in vectors.iter().step_by(5) {
        let run = project
            .run(&["decode", bytes(vector), "--format", "json"])
            .succeeds();
        let result = &run.json()["result"];
        for key in ["workflow", "step", "kind"] {
            assert_eq!(result[key], message[key], "{run:?}");
        }
        let text = project
            .run(&["decode", &bytes(vector)[2..]])
            .succeeds()
            .stdout;
        assert!(
            text.contains(message["kind"].as_str().expect("a kind")),
            "{text}"
        );
    }
}

#[test]
fn bytes_that_are_no_message_are_refused_at_their_place() {
    let project = Project::built();
    let vectors = vectors(&project);
    let execute = vectors.iter().find(|(_, vector)| vector["deadline"] != "0");
    let good = bytes(&execute.expect("an Execute").1).to_owned();
    let size = good.len() / 2 - 1;
    let patch = |at: usize, digits: &str| {
        let mut text = good.clone();
        text.replace_range(2 + 2 * at..2 + 2 * at + digits.len(), digits);
        text
    };
    for (message, code, part) in [
        ("0x".to_owned(), "XCC1009", "it has 0 bytes"),
        ("0xf".to_owned(), "XCC1009", "1 hexadecimal digits"),
        ("0x01zz".to_owned(), "XCC1009", "`z` at byte 1"),
        (patch(0, "02"), "XCC1009", "byte 0 is the version 2"),
        (patch(1, "ff"), "XCC1009", "byte 1 is the kind 255"),
        (patch(1, "05"), "XCC1009", "bytes 12 to 19"),
        (format!("{good}00"), "XCC1009", &format!("from byte {size}")),
        (
            good[..good.len() - 2].to_owned(),
            "XCC1009",
            "ends too early",
        ),
        (
            patch(4, "ffffffffffffffff"),
            "XCC1010",
            "0xffffffffffffffff",
        ),
        (patch(2, "00ff"), "XCC1010", "no step 255"),
    ] {
        let run = project.fails(&["decode", &message], 1, code, None);
        let text = run.findings()[0]["message"].to_string();
        assert!(text.contains(part), "{part}: {text}");
    }
}
