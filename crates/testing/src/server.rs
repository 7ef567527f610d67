//! The real program, started as an operator would.

use anyhow::Context;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;

/// A running `wenyuan serve` on a data directory of its own.
pub struct Server {
    process: Option<Child>,
    program: PathBuf,
    environment: Vec<(String, String)>,
    /// `http://127.0.0.1:PORT`, without a slash at the end.
    pub address: String,
    /// The data directory.
    pub data: TempDir,
}

impl Server {
    /// Starts `program serve` and waits until it listens.
    ///
    /// # Errors
    /// When it does not start; the message has what it said.
    pub fn start(program: &Path, environment: &[(&str, &str)]) -> anyhow::Result<Self> {
        let mut server = Self {
            process: None,
            program: program.to_owned(),
            environment: environment
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            address: String::new(),
            data: TempDir::new()?,
        };
        server.restart()?;
        Ok(server)
    }

    /// Starts it again on the same data, after [`Server::kill`].
    ///
    /// # Errors
    /// When it does not start.
    pub fn restart(&mut self) -> anyhow::Result<()> {
        let mut process = self
            .command()
            .args(["serve", "--listen", "127.0.0.1:0"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .context("starting the server")?;
        let stderr = process.stderr.take().context("its standard error")?;
        let mut lines = BufReader::new(stderr).lines();
        let mut said = String::new();
        loop {
            let Some(line) = lines.next() else {
                anyhow::bail!("the server did not start:\n{said}");
            };
            let line = line?;
            if line.starts_with("http://") {
                self.address = line;
                break;
            }
            said.push_str(&line);
            said.push('\n');
        }
        // Keep reading, or the server would block; the test runner shows it.
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                crate::say(&format!("  server: {line}"));
            }
        });
        self.process = Some(process);
        Ok(())
    }

    /// Ends it at once (SIGKILL), as a power failure would.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }

    /// Returns the server's process id.
    pub fn pid(&self) -> Option<u32> {
        self.process.as_ref().map(Child::id)
    }

    /// Runs another subcommand on the same data directory.
    ///
    /// # Errors
    /// When the program cannot be started.
    pub fn run(&self, arguments: &[&str], input: &str) -> anyhow::Result<Output> {
        use std::io::Write;
        let mut process = self
            .command()
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        if let Some(mut stdin) = process.stdin.take() {
            stdin.write_all(input.as_bytes())?;
        }
        Ok(process.wait_with_output()?)
    }

    /// Runs `verify` and returns its failed checks.
    ///
    /// # Errors
    /// When `verify` does not answer with JSON.
    pub fn violations(&self) -> anyhow::Result<Vec<String>> {
        let output = self.run(&["verify", "--json"], "")?;
        let answer: serde_json::Value = serde_json::from_slice(&output.stdout)
            .with_context(|| String::from_utf8_lossy(&output.stderr).into_owned())?;
        let checks = answer["checks"].as_array().context("checks")?;
        Ok(checks
            .iter()
            .filter(|check| check["ok"] != true)
            .map(|check| format!("{}: {}", check["name"], check["detail"]))
            .collect())
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command
            .env("WENYUAN_DATA", self.data.path())
            .env("WENYUAN_LOG", "warn")
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}
