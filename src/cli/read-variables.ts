import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import type { CommandCall } from './command.js';

/** The environment variables of `--env-file` and, which win, of `--env`: `NAME=VALUE`, or `NAME` for the value it has here. */
export function readVariables({ words, env, cwd }: CommandCall): Record<string, string> {
    const variables: Record<string, string> = {};
    for (const file of words.texts('env-file')) Object.assign(variables, parseEnv(readFile(resolve(cwd, file), words)));
    for (const given of words.texts('env')) {
        const [name = '', ...rest] = given.split('=');
        if (!/^[A-Za-z_]\w*$/.test(name)) {
            throw words.bad(`--env is '${given}', but must be NAME=VALUE, or NAME alone for its value here.`);
        }
        const value = rest.length > 0 ? rest.join('=') : env[name];
        if (value === undefined) {
            throw words.bad(
                `--env ${name}: there is no variable of that name here. Set it, or give a value: --env ${name}=VALUE.`,
            );
        }
        variables[name] = value;
    }
    return variables;
}

function readFile(path: string, words: CommandCall['words']): string {
    try {
        return readFileSync(path, 'utf8');
    } catch (error) {
        throw words.bad(
            `--env-file: ${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}).`,
        );
    }
}
