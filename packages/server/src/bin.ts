#!/usr/bin/env node
import process from "node:process";
import packageJson from "../package.json" with { type: "json" };
import { serveStdio } from "./node.ts";

const help = `usage: smtpdlint-language-server [--stdio]

A language server for OpenSMTPD's smtpd.conf. An editor starts it and speaks to
it over standard input and output.

  --stdio    accepted, since editors pass it
  --version  print the version
  --help     print this help
`;

/** Of what editors pass, only another way of speaking cannot be done. */
const argv = process.argv.slice(2);
const foreign = argv.find((word) => /^--(?:port|socket|pipe|node-ipc)(?:=|$)/.test(word));
if (argv.includes("--version")) console.log(packageJson.version);
else if (argv.includes("--help") || argv.includes("-h")) process.stdout.write(help);
else if (foreign !== undefined) {
  process.stderr.write(`smtpdlint-language-server: ${foreign}: it speaks over standard input and output only\n`);
  process.exitCode = 2;
} else serveStdio(packageJson.version);
