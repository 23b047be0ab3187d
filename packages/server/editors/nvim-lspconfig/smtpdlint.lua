---@brief
---
--- https://github.com/smtpdlint/smtpdlint
---
--- Language server for `smtpd.conf`, the configuration of OpenSMTPD, and for tests of its mail policy.
---
--- `smtpdlint` can be installed via `npm`:
---
--- ```sh
--- npm install -g smtpdlint
--- ```
---
--- Neovim does not know these files yet:
---
--- ```lua
--- vim.filetype.add({
---   filename = {
---     ['smtpd.conf'] = 'smtpd-conf',
---     ['smtpd.test'] = 'smtpd-test',
---     ['.forward'] = 'smtpd-forward',
---     ['.smtpdlintrc.json'] = 'json.smtpdlint',
---   },
---   pattern = {
---     ['.*%.smtpd%.conf'] = 'smtpd-conf',
---     ['.*/smtpd%.conf%.d/.*'] = 'smtpd-conf',
---     ['.*%.smtpd%.test'] = 'smtpd-test',
---   },
--- })
--- ```

---@type vim.lsp.Config
return {
  cmd = { 'smtpdlint', 'lsp' },
  filetypes = { 'smtpd-conf', 'smtpd-test', 'mailaliases', 'smtpd-table', 'smtpd-forward', 'json.smtpdlint' },
  root_markers = { '.smtpdlintrc.json', '.git' },
}
