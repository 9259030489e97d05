//! Prepares fuzzing of a target and keeps what it found: `fuzz-corpus seeds TARGET FOLDER`, `fuzz-corpus keep TARGET FOLDER`.
//!
//! `seeds` writes the seeds, the corpus that is kept, and the words as a dictionary; `keep` replaces the corpus by the files of a folder.

use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::Path;

use xcc_tests::fuzz::Target;
use xcc_tests::tools::digest;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [command, target, folder] = arguments.as_slice() else {
        return Err("usage: fuzz-corpus seeds|keep TARGET FOLDER".into());
    };
    let target = Target::of_name(target).ok_or_else(|| format!("no target `{target}`"))?;
    let folder = Path::new(folder);
    match command.as_str() {
        "seeds" => write_seeds(target, folder),
        "keep" => {
            let kept = target.keep(folder)?;
            writeln!(std::io::stdout(), "{kept} inputs kept")?;
            Ok(())
        }
        _ => Err(format!("no command `{command}`").into()),
    }
}

fn write_seeds(target: Target, folder: &Path) -> Result<(), Box<dyn Error>> {
    write_all(&folder.join("seeds"), &target.seeds())?;
    write_all(&folder.join("kept"), &target.corpus()?)?;
    let words = target.words();
    let lines = words.iter().map(|word| format!("\"{word}\"\n"));
    fs::write(folder.join("words.dict"), lines.collect::<String>())?;
    Ok(())
}

fn write_all(folder: &Path, inputs: &[Vec<u8>]) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    for input in inputs {
        fs::write(folder.join(digest(&[input])), input)?;
    }
    Ok(())
}
