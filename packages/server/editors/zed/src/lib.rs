use zed_extension_api as zed;

/// Starts the `smtpdlint` that is in the PATH of the project.
struct SmtpdConf;

impl zed::Extension for SmtpdConf {
    fn new() -> Self {
        SmtpdConf
    }

    fn language_server_command(
        &mut self,
        _: &zed::LanguageServerId,
        worktree: &zed::Worktree,
    ) -> zed::Result<zed::Command> {
        let command = worktree
            .which("smtpdlint")
            .ok_or("smtpdlint is not installed: npm install --global smtpdlint")?;
        Ok(zed::Command {
            command,
            args: vec!["lsp".into()],
            env: worktree.shell_env(),
        })
    }
}

zed::register_extension!(SmtpdConf);
