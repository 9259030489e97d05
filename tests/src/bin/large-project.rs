//! Writes a generated project of so many workflows: `large-project FOLDER COUNT`.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use xcc_tests::large_project::large_project;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<_> = std::env::args().skip(1).collect();
    let [folder, count] = &args[..] else {
        return Err("usage: large-project FOLDER COUNT".into());
    };
    let folder = PathBuf::from(folder);
    let count = count.parse()?;
    fs::create_dir_all(&folder)?;
    for (path, text) in large_project(count).files {
        fs::write(folder.join(path), text)?;
    }
    Ok(())
}
