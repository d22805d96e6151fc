#!/usr/bin/env node
import { runCommandLine } from './command-line.js';

// Not awaited: what is loaded late imports from the file that this becomes a part of, and would wait for it for ever.
void runCommandLine({
    words: process.argv.slice(2),
    streams: process,
    env: process.env,
    cwd: process.cwd(),
}).then((code) => {
    process.exitCode = code;
});
