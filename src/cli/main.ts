#!/usr/bin/env node
import * as nodeModule from 'node:module';
import { runCommandLine } from './program.js';

// From 22.1 on Node can cache compiled code, which later calls then load faster.
(nodeModule as { enableCompileCache?: () => unknown }).enableCompileCache?.();

// Not awaited: modules that are loaded later import from this entry's chunk and would wait for it forever.
void runCommandLine(process.argv.slice(2), { streams: process, env: process.env, cwd: process.cwd() }).then((code) => {
    process.exitCode = code;
});
