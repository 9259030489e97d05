//! Writes a generated project of so many workflows: `large-project FOLDER COUNT`.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use xcc_tests::large_project::large_project;

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let (Some(folder), Some(Ok(count))) = (args.next(), args.next().map(|count| count.parse()))
    else {
        return ExitCode::from(2);
    };
    let folder = PathBuf::from(folder);
    let write = |(path, text): (&String, &String)| fs::write(folder.join(path), text);
    let written = fs::create_dir_all(&folder)
        .and_then(|()| large_project(count).files.iter().try_for_each(write));
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(3),
    }
}
