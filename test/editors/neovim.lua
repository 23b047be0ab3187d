-- Opens a file with mistakes in Neovim, with our language server, and writes
-- what the editor received as JSON: nvim --headless -u NONE -c "luafile THIS"
local server, file, out = vim.env.SMTPDLINT_SERVER, vim.env.SMTPDLINT_FILE, vim.env.SMTPDLINT_OUT
local seen = {}

local function finish()
  local handle = io.open(out, "w")
  handle:write(vim.fn.json_encode(seen))
  handle:close()
  vim.cmd("qall!")
end

local function lines()
  return vim.api.nvim_buf_get_lines(0, 0, -1, false)
end

local ok, err = pcall(function()
  vim.cmd("edit " .. vim.fn.fnameescape(file))
  local client = vim.lsp.start_client({ name = "smtpdlint", cmd = { vim.env.SMTPDLINT_NODE, server, "--stdio" } })
  vim.lsp.buf_attach_client(0, client)
  local function request(method, params)
    local result = vim.lsp.buf_request_sync(0, method, params, 5000)
    return result and result[client] and result[client].result
  end
  local function at(line, column)
    vim.api.nvim_win_set_cursor(0, { line, column })
    return vim.lsp.util.make_position_params(0, "utf-16")
  end

  vim.wait(8000, function() return #vim.diagnostic.get(0) > 0 end, 20)
  seen.diagnostics = vim.tbl_map(function(item)
    return { line = item.lnum + 1, column = item.col + 1, message = item.message, code = item.user_data.lsp.code }
  end, vim.diagnostic.get(0))

  vim.diagnostic.setqflist({ open = false })
  seen.quickfix = vim.tbl_map(function(item) return item.text end, vim.fn.getqflist())

  seen.hover = request("textDocument/hover", at(3, 1))
  seen.definition = request("textDocument/definition", at(3, 28))
  seen.completion = request("textDocument/completion", at(3, 6))

  local params = at(3, 28)
  params.newName = "blocked-senders"
  local edit = request("textDocument/rename", params)
  if edit then
    vim.lsp.util.apply_workspace_edit(edit, "utf-16")
    seen.renamed = lines()
  end

  params = vim.lsp.util.make_given_range_params({ 2, 14 }, { 2, 14 }, 0, "utf-16")
  params.context = { diagnostics = {} }
  local actions = request("textDocument/codeAction", params) or {}
  seen.actions = vim.tbl_map(function(action) return action.title end, actions)
  vim.lsp.util.apply_workspace_edit(actions[1].edit, "utf-16")
  seen.mended = lines()

  vim.lsp.buf.formatting_sync({}, 5000)
  seen.formatted = lines()
  vim.wait(8000, function() return #vim.diagnostic.get(0) == 1 end, 20)
  seen.left = vim.tbl_map(function(item) return item.user_data.lsp.code end, vim.diagnostic.get(0))
end)
if not ok then seen.error = tostring(err) end
finish()
