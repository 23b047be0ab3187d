import { ruleCategories, rules, severityNames } from "@smtpdlint/lint";
import {
  type CliOption,
  type CommandName,
  commands,
  formatsOfCommands,
  hasOption,
  options,
  recipeNames,
  shells,
} from "./options.ts";

/** A script that completes the command line in a shell. */
export function completions(shell: (typeof shells)[number]): string {
  return { bash, zsh, fish, ksh }[shell]();
}

const ids = rules.map(({ meta }) => meta.id);
const ruleValues = [...ruleCategories, ...ids].flatMap((id) => severityNames.map((severity) => `${id}=${severity}`));
const names = commands.map(({ name }) => name);

/** What can stand after an option; undefined for a path or free text. */
const valuesOf = ({ name, choices }: CliOption) => (name === "rule" ? ruleValues : choices);
const ownFormats = Object.entries(formatsOfCommands);
const takesFolder = ({ value }: CliOption) => value === "DIR";
const takesFile = ({ value }: CliOption) => value === "FILE";
const flagsOf = ({ name, short }: CliOption) => [`--${name}`, ...(short ? [`-${short}`] : [])];
const fixes = ["--fix=unsafe", "--fix-dry-run=unsafe"];
/** The options of a command as they are typed. */
const flagsFor = (command: CommandName) => [
  ...options.filter((option) => hasOption(command, option)).flatMap(flagsOf),
  ...(command === "lint" ? fixes : []),
];
const withValue = options.filter(({ value, optional }) => value !== undefined && !optional);

function bash(): string {
  const cases = withValue.map((option) => {
    const values = valuesOf(option);
    const reply = values
      ? `mapfile -t COMPREPLY < <(compgen -W '${values.join(" ")}' -- "$cur")`
      : takesFolder(option)
        ? 'compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur")'
        : takesFile(option)
          ? 'compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur")'
          : ":";
    return `    ${flagsOf(option).join("|")}) ${reply}; return ;;`;
  });
  const formats = ownFormats.map(
    ([command, words]) =>
      `    ${command}--format) mapfile -t COMPREPLY < <(compgen -W '${words.join(" ")}' -- "$cur"); return ;;`,
  );
  return `# smtpdlint in bash: eval "$(smtpdlint completions bash)"
_smtpdlint() {
  local cur prev words cword
  # Without = as a break: a rule's severity and --fix=unsafe are one word.
  if declare -F _get_comp_words_by_ref >/dev/null; then
    _get_comp_words_by_ref -n = cur prev words cword
  else
    cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} words=("\${COMP_WORDS[@]}") cword=$COMP_CWORD
  fi
  case \${words[1]}$prev in
${formats.join("\n")}
  esac
  case $prev in
${cases.join("\n")}
  esac
  case \${words[1]} in
    explain) mapfile -t COMPREPLY < <(compgen -W '${ids.join(" ")}' -- "$cur"); return ;;
    completions) mapfile -t COMPREPLY < <(compgen -W '${shells.join(" ")}' -- "$cur"); return ;;
    help) mapfile -t COMPREPLY < <(compgen -W '${names.join(" ")}' -- "$cur"); return ;;
    init) if ((cword == 2)) && [[ $cur != -* ]]; then
      mapfile -t COMPREPLY < <(compgen -W '${recipeNames.join(" ")}' -- "$cur"); return
    fi ;;
  esac
  if [[ $cur == -* ]]; then
    local flags
    case \${words[1]} in
${names.map((name) => `      ${name}) flags='${flagsFor(name).join(" ")}' ;;`).join("\n")}
      *) flags='${flagsFor("lint").join(" ")}' ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$flags" -- "$cur")
    return
  fi
  compopt -o filenames
  mapfile -t COMPREPLY < <(compgen -f -- "$cur")
  if ((cword == 1)); then
    mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -W '${names.join(" ")}' -- "$cur")
  fi
}
complete -F _smtpdlint smtpdlint
`;
}

/** As zsh wants it in a specification. */
const inZsh = (text: string) => text.replace(/[[\]:\\]/g, "\\$&").replaceAll("'", "'\\''");

function zsh(): string {
  const specifications = options.map((option): readonly [CliOption, string] => {
    const { name, short, value, optional, multiple, help } = option;
    const values = valuesOf(option);
    const action =
      name === "format"
        ? "_smtpdlint_formats"
        : values
          ? `(${values.join(" ")})`
          : takesFolder(option)
            ? "_files -/"
            : takesFile(option)
              ? "_files"
              : "";
    const parameter = value === undefined ? "" : `${optional ? "::" : ":"}${inZsh(value)}:${action}`;
    const long = `--${name}${optional ? "=-" : value === undefined ? "" : "="}`;
    const star = multiple ? "*" : "";
    const texts = [long, ...(short ? [`-${short}${value === undefined ? "" : "+"}`] : [])];
    return [option, texts.map((flag) => `    '${star}${flag}[${inZsh(help)}]${parameter}'`).join("\n")];
  });
  const shared = specifications.filter(([{ of }]) => of === undefined);
  const own = [...names, "lint" as const].map((command) => {
    const lines = specifications.filter(([option]) => option.of?.includes(command)).map(([, text]) => text);
    return lines.length === 0
      ? ""
      : `    ${command === "lint" ? "*" : command}) options+=(\n${lines.join("\n")}\n    ) ;;\n`;
  });
  const choices = options.find(({ name }) => name === "format")?.choices ?? [];
  const formats = [...ownFormats, ["*", choices] as const].map(
    ([command, words]) => `    ${command}) compadd ${words.join(" ")} ;;`,
  );
  const described = commands.map(({ name, help }) => `      '${name}:${inZsh(help)}'`);
  return `#compdef smtpdlint
# smtpdlint in zsh: smtpdlint completions zsh > ~/.zfunc/_smtpdlint, with ~/.zfunc in $fpath
_smtpdlint_formats() {
  case $words[2] in
${formats.join("\n")}
  esac
}
_smtpdlint_first() {
  local -a commands=(
${described.join("\n")}
  )
  _describe command commands
  _files
}
_smtpdlint_rest() {
  case $words[2] in
    explain) compadd ${ids.join(" ")} ;;
    completions) compadd ${shells.join(" ")} ;;
    help) compadd ${names.join(" ")} ;;
    init) compadd ${recipeNames.join(" ")}; _files ;;
    *) _files ;;
  esac
}
_smtpdlint() {
  local -a options=(
${shared.map(([, text]) => text).join("\n")}
  )
  case $words[2] in
${own.join("")}  esac
  _arguments -s -S $options \\
    '1:file or command:_smtpdlint_first' \\
    '*:file:_smtpdlint_rest'
}
if [[ $funcstack[1] == _smtpdlint ]]; then _smtpdlint "$@"; else compdef _smtpdlint smtpdlint; fi
`;
}

/** As fish wants it in single quotes. */
const inFish = (text: string) => text.replace(/[\\']/g, "\\$&");

/** The commands at which fish offers an option; `--format` of the others has its own lines. */
function whereInFish(option: CliOption): string[] {
  if (option.of === undefined) return [];
  const seen = (commands: readonly string[]) => `__fish_seen_subcommand_from ${commands.join(" ")}`;
  if (option.name === "format") return [`-n 'not ${seen(names)}'`];
  const own = names.filter((name) => hasOption(name, option));
  if (!hasOption("lint", option)) return [`-n '${seen(own)}'`];
  const others = names.filter((name) => !own.includes(name));
  return others.length === 0 ? [] : [`-n 'not ${seen(others)}'`];
}

function fish(): string {
  const isFirst = "__fish_is_first_token";
  const lines = [
    ...commands.map(({ name, help }) => `complete -c smtpdlint -n ${isFirst} -a ${name} -d '${inFish(help)}'`),
    `complete -c smtpdlint -n '__fish_seen_subcommand_from explain' -f -a '${ids.join(" ")}'`,
    `complete -c smtpdlint -n '__fish_seen_subcommand_from help' -f -a '${names.join(" ")}'`,
    `complete -c smtpdlint -n '__fish_seen_subcommand_from completions' -f -a '${shells.join(" ")}'`,
    `complete -c smtpdlint -n '__fish_seen_subcommand_from init' -a '${recipeNames.join(" ")}'`,
    ...ownFormats.map(
      ([command, words]) =>
        `complete -c smtpdlint -n '__fish_seen_subcommand_from ${command}' -l format -x -a '${words.join(" ")}'`,
    ),
    ...options.map((option) => {
      const { name, short, value, optional, help } = option;
      const values = valuesOf(option);
      const parts = [
        "complete -c smtpdlint",
        ...whereInFish(option),
        `-l ${name}`,
        ...(short ? [`-s ${short}`] : []),
        ...(value === undefined || optional ? [] : [takesFile(option) || takesFolder(option) ? "-r" : "-x"]),
        ...(values && !optional ? [`-a '${values.join(" ")}'`] : []),
        ...(takesFolder(option) ? ["-a '(__fish_complete_directories)'"] : []),
        `-d '${inFish(help)}'`,
      ];
      return parts.join(" ");
    }),
  ];
  return `# smtpdlint in fish: smtpdlint completions fish > ~/.config/fish/completions/smtpdlint.fish\n${lines.join("\n")}\n`;
}

/**
 * For OpenBSD's ksh(1), which completes from arrays: one for the first
 * argument, one for all others. Where nothing in them fits, it completes the
 * names of files.
 */
function ksh(): string {
  const flags = options.flatMap((option) => flagsOf(option));
  const values = withValue.flatMap((option) => (option.name === "rule" ? [] : (valuesOf(option) ?? [])));
  const all = [
    ...new Set([...flags, "--fix=unsafe", "--fix-dry-run=unsafe", ...values, ...shells, ...recipeNames, ...ids]),
  ];
  const array = (name: string, words: readonly string[]) => `set -A ${name} -- \\\n\t${words.join(" \\\n\t")}\n`;
  return `# smtpdlint in OpenBSD's ksh: smtpdlint completions ksh > ~/.smtpdlint.ksh, and in ~/.kshrc: . ~/.smtpdlint.ksh
${array("complete_smtpdlint_1", [...names, ...flags])}${array("complete_smtpdlint", all)}`;
}
