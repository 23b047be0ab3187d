#!/usr/bin/env node
import process from "node:process";
import packageJson from "../package.json" with { type: "json" };
import { serveStdio } from "./node.ts";

/** What editors pass, such as `--stdio`, says what is done anyway. */
if (process.argv.includes("--version")) console.log(packageJson.version);
else serveStdio(packageJson.version);
