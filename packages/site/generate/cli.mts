import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../cli/dist/smtpdlint.cjs", import.meta.url));
const example = fileURLToPath(new URL("../../cli/example/", import.meta.url));

/** What the command line prints in the folder of the examples, with `input` as its standard input. */
export function output(command: string, input = ""): string {
  const argv = command.split(" ").slice(1);
  const env = { ...process.env, NO_COLOR: "1", NODE_DISABLE_COMPILE_CACHE: "1" };
  const { stdout, stderr, status } = spawnSync(process.execPath, [program, ...argv], { cwd: example, env, input });
  if (status === null || status > 1 || stdout.length === 0) throw new Error(`${command}: ${stderr}`);
  return stdout.toString();
}

/** Runs the commands in the ```run blocks of a page, and shows what they print. */
export const withOutputs = (page: string): string =>
  page.replace(/^```run\n([\s\S]*?)^```$/gm, (_, commands: string) => {
    const shown = commands
      .trim()
      .split("\n")
      .map((command) => `$ ${command}\n${output(command)}`);
    return `\`\`\`console\n${shown.join("\n")}\`\`\``;
  });
