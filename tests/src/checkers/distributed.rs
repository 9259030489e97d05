//! TLC as two processes: a server that keeps the states, and a worker that computes them and could be on another machine.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use xcc::export::Tla;

use super::tlc;
use crate::tools::ToolError;

/// How long both may take together.
const PATIENCE: Duration = Duration::from_secs(120);

/// How many different states a server finds with one worker, on this machine and without the cache of answers.
///
/// # Errors
/// TLC or Java that is missing, a violation, a search that was not complete or took too long.
pub fn count_states(model: &Tla) -> Result<u64, ToolError> {
    let folder = tempfile::tempdir().map_err(ToolError::io("model"))?;
    tlc::write(model, folder.path())?;
    let port = free_port()?;
    let deadline = Instant::now() + PATIENCE;
    let mut server = Process::start(folder.path(), port, "TLCServer", &model.name)?;
    server.wait(deadline, |text| text.contains(" is ready"))?;
    let _worker = Process::start(folder.path(), port, "TLCWorker", "127.0.0.1")?;
    let text = server.wait(deadline, |text| text.contains("work completed"))?;
    match tlc::counts(&text) {
        Some((states, 0))
            if text.contains("Registration for worker")
                && text.contains("No error has been found") =>
        {
            Ok(states)
        }
        _ => Err(ToolError::answer(
            "TLCServer",
            "not all states",
            text.as_bytes(),
        )),
    }
}

/// A port that nobody else listens to now.
fn free_port() -> Result<u16, ToolError> {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|socket| socket.local_addr());
    Ok(port.map_err(ToolError::io("a port of 127.0.0.1"))?.port())
}

/// A process that is ended with its value.
struct Process {
    child: Child,
    class: &'static str,
    output: PathBuf,
}

impl Process {
    fn start(
        folder: &Path,
        port: u16,
        class: &'static str,
        argument: &str,
    ) -> Result<Self, ToolError> {
        let output = folder.join(class);
        let file = File::create(&output).map_err(ToolError::io(&output))?;
        let errors = file.try_clone().map_err(ToolError::io(&output))?;
        let mut command = tlc::java(folder)?;
        set_up(&mut command, port);
        command
            .arg(format!("tlc2.tool.distributed.{class}"))
            .arg(argument);
        command.stdin(Stdio::null()).stdout(file).stderr(errors);
        let child = command.spawn().map_err(|source| ToolError::Start {
            program: "java".to_owned(),
            source,
        })?;
        Ok(Process {
            child,
            class,
            output,
        })
    }

    /// Waits until what it printed fulfils a condition, and returns that.
    fn wait(
        &mut self,
        deadline: Instant,
        is_it: impl Fn(&str) -> bool,
    ) -> Result<String, ToolError> {
        loop {
            let is_over = self
                .child
                .try_wait()
                .map_err(ToolError::io(self.class))?
                .is_some();
            let text = fs::read_to_string(&self.output).map_err(ToolError::io(&self.output))?;
            if is_it(&text) {
                return Ok(text);
            }
            if is_over || Instant::now() > deadline {
                let reason = "it ended or took too long";
                return Err(ToolError::answer(self.class, reason, text.as_bytes()));
            }
            thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Options before the class: one thread a worker, on this machine alone.
fn set_up(command: &mut Command, port: u16) {
    command.arg("-Djava.rmi.server.hostname=127.0.0.1");
    command.arg(format!("-Dtlc2.tool.distributed.TLCServer.port={port}"));
    command.arg("-Dtlc2.tool.distributed.TLCWorker.threadCount=1");
}
