#!/usr/bin/env node
import * as nodeModule from 'node:module';
import { runCommandLine } from './program.js';

// Node 22.1 and later can cache compiled code, which speeds up later calls.
(nodeModule as { enableCompileCache?: () => unknown }).enableCompileCache?.();

// Not awaited: lazy modules import from the chunk of this entry, and would wait for it forever.
void runCommandLine(process.argv.slice(2), { streams: process, env: process.env, cwd: process.cwd() }).then((code) => {
    process.exitCode = code;
});
