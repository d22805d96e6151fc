#!/usr/bin/env node
import * as nodeModule from 'node:module';
import { runCommandLine } from './command-line.js';

// From 22.1 on Node can keep what it has compiled: what a command loads is then ready at the next call.
(nodeModule as { enableCompileCache?: () => unknown }).enableCompileCache?.();

// Not awaited: what is loaded late imports from the file that this becomes a part of, and would wait for it for ever.
void runCommandLine({
    words: process.argv.slice(2),
    streams: process,
    env: process.env,
    cwd: process.cwd(),
}).then((code) => {
    process.exitCode = code;
});
