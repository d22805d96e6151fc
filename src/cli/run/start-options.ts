import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { checkMemory } from '../../lifecycle/start-options.js';
import { errnoOf } from '../../storage/disk-error.js';
import { badUsage } from '../errors.js';
import type { Isolation } from '../../model/execution.js';
import type { Cli } from '../cli.js';
import type { RunStartOptions } from './runner.js';

/** Options of `greenroom run` about the run itself. */
export interface RunFlags {
    readonly memory?: number;
    readonly timeout?: number;
    readonly build?: string;
    readonly env?: readonly string[];
    readonly envFile?: readonly string[];
    readonly isolation?: Isolation;
    readonly maxItems?: number;
    readonly maxCharge?: number;
    readonly debug?: boolean;
    readonly debugPort?: number;
}

/** Converts the options of the command line to those of a run. */
export function readStartOptions(cli: Cli, flags: RunFlags): RunStartOptions {
    const { memory, timeout, build, isolation, maxItems, maxCharge, debug, debugPort: port } = flags;
    checkMemory(memory, '--memory');
    const env = readVariables(cli, flags);
    return {
        build,
        memory,
        timeout,
        maxItems,
        maxTotalChargeUsd: maxCharge,
        isolation,
        env: Object.keys(env).length > 0 ? env : undefined,
        debug: debug || port !== undefined ? { port } : undefined,
    };
}

/** Reads environment variables from `--env-file` and from `--env`, which takes precedence. */
function readVariables({ env, cwd }: Cli, { env: given = [], envFile: files = [] }: RunFlags): Record<string, string> {
    const variables: Record<string, string> = {};
    for (const file of files) Object.assign(variables, parseEnv(readEnvFile(resolve(cwd, file))));
    for (const text of given) {
        const [name = '', ...rest] = text.split('=');
        if (!/^[A-Za-z_]\w*$/.test(name))
            throw badUsage(`--env is '${text}', but must be NAME=VALUE, or NAME to pass the current value.`);
        const value = rest.length > 0 ? rest.join('=') : env[name];
        if (value === undefined)
            throw badUsage(`--env ${name}: the variable is not set. Set it, or pass a value: --env ${name}=VALUE.`);
        variables[name] = value;
    }
    return variables;
}

function readEnvFile(path: string): string {
    try {
        return readFileSync(path, 'utf8');
    } catch (error) {
        throw badUsage(`--env-file: ${path} cannot be read (${errnoOf(error) ?? String(error)}).`);
    }
}
