//! Node drivers that stand between this library and the compilers and formatters published on npm.
//!
//! A driver answers one request after another, because most of a first answer is the time that Node takes to compile the tool. There are as
//! many drivers at work as threads ask for something; who has answered waits for the next one.

use std::io::{BufRead, BufReader, Read, Seek, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use crate::tools::{self, Tool, ToolError};

/// How many requests one process answers: the tools give little of their memory back.
const MOST_REQUESTS: usize = 200;

/// Drivers that wait for something to do.
static IDLE: Mutex<Vec<Driver>> = Mutex::new(Vec::new());

/// A process that runs a script.
struct Driver {
    script: &'static str,
    process: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
    complaints: std::fs::File,
    answered: usize,
}

/// Sends a request, which is one line, to `tests/tools/drivers/<script>`, and returns the line that it answers.
///
/// # Errors
/// A missing tool, or a driver that failed; a driver fails only when the tool itself broke, not over what it was given.
pub fn ask(script: &'static str, request: &[u8]) -> Result<Vec<u8>, ToolError> {
    let mut driver = match idle(script) {
        Some(driver) => driver,
        None => Driver::start(script)?,
    };
    let answer = driver.answer(request)?;
    if driver.answered < MOST_REQUESTS {
        let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
        idle.push(driver);
    }
    Ok(answer)
}

fn idle(script: &str) -> Option<Driver> {
    let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
    let place = idle.iter().position(|driver| driver.script == script)?;
    Some(idle.swap_remove(place))
}

impl Driver {
    fn start(script: &'static str) -> Result<Self, ToolError> {
        let complaints = tempfile::tempfile().map_err(ToolError::io("a scratch file"))?;
        let copy = complaints.try_clone();
        let mut process = Command::new("node")
            .arg(tools::suite_dir().join("tools/drivers").join(script))
            .arg(modules()?)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(copy.map_err(ToolError::io("a scratch file"))?)
            .spawn()
            .map_err(|source| ToolError::Start {
                program: "node".to_owned(),
                source,
            })?;
        let requests = process.stdin.take().expect("it has a pipe");
        let answers = process.stdout.take().expect("it has a pipe");
        Ok(Self {
            script,
            process,
            requests,
            answers: BufReader::new(answers),
            complaints,
            answered: 0,
        })
    }

    fn answer(&mut self, request: &[u8]) -> Result<Vec<u8>, ToolError> {
        assert!(!request.contains(&b'\n'), "a request is one line");
        // A driver that ends early is noticed by what it does not answer.
        let sent = self.requests.write_all(request);
        let _ = sent.and_then(|()| self.requests.write_all(b"\n"));
        let _ = self.requests.flush();
        let mut answer = Vec::new();
        let read = self.answers.read_until(b'\n', &mut answer);
        read.map_err(ToolError::io(self.script))?;
        match answer.pop() {
            Some(b'\n') => {
                self.answered += 1;
                Ok(answer)
            }
            _ => Err(self.failure()),
        }
    }

    fn failure(&mut self) -> ToolError {
        let status = self.process.wait();
        let mut output = String::new();
        let read = self.complaints.rewind();
        let _ = read.and_then(|()| self.complaints.read_to_string(&mut output));
        ToolError::Failed {
            program: format!("node {}", self.script),
            status: status.map_or_else(|error| error.to_string(), |it| it.to_string()),
            output,
        }
    }
}

/// It is not needed any more, and is not left behind.
impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What a driver's answers depend on besides its input, for [`tools::cached`]: the installed packages and the script's text.
///
/// # Errors
/// A missing tool, or a driver that cannot be read.
pub fn driver_key(driver: &str) -> Result<Vec<u8>, ToolError> {
    let script = tools::suite_dir().join("tools/drivers").join(driver);
    let mut key = std::fs::read(&script).map_err(ToolError::io(&script))?;
    key.extend(modules()?.as_os_str().as_encoded_bytes());
    Ok(key)
}

/// The installed `node_modules` folder.
///
/// # Errors
/// [`ToolError::Missing`] until `tests/install npm` has run.
pub fn modules() -> Result<PathBuf, ToolError> {
    Ok(Tool::Npm.dir()?.join("node_modules"))
}
