#!/usr/bin/env node
import packageJson from "../package.json" with { type: "json" };
import { serveStdio } from "./node.ts";

serveStdio(packageJson.version);
