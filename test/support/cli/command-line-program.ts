import { PassThrough } from 'node:stream';
import { createProgram } from '../../../src/cli/program.js';
import { memoryOutput } from './memory-output.js';
import type { Command } from 'commander';
import type { Cli } from '../../../src/cli/cli.js';

/** A call of the command line whose output is kept in memory. */
export function memoryCli(env: Record<string, string> = {}): Cli & { readonly text: () => string } {
    const out = memoryOutput({ width: 100 });
    const stdin = new PassThrough() as unknown as NodeJS.ReadStream;
    return {
        out,
        err: memoryOutput(),
        stdin,
        env,
        cwd: process.cwd(),
        isVerbose: false,
        exitCode: 0,
        text: out.text,
    };
}

/** The program with all commands loaded. */
export function loadProgram(cli: Cli = memoryCli()): Promise<Command> {
    return createProgram(cli, () => true);
}

/** All commands that can be called, without hidden ones. */
export function leafCommands(program: Command): Command[] {
    return program.commands.flatMap((command) => {
        if (command.commands.length > 0) return leafCommands(command);
        return command.name() === 'complete' ? [] : [command];
    });
}
