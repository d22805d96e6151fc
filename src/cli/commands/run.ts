import { resolve } from 'node:path';
// The whole module: an older Node lacks `parseEnv`, and must get as far as the error that names its version.
import util from 'node:util';
import { amount, collect, DATA_OPTIONS, defineCommand, megabytes, seconds, wholeNumber } from '../command.js';
import { checkMemory } from '../../run/start/start-options.js';
import { ISOLATIONS } from '../../model/execution.js';
import { taggedBuildOf } from '../backend/actor-folders.js';
import { resolveStorageDir } from '../backend/connect.js';
import { deletePlan, planPurge } from './purge.js';
import { usageError } from '../errors.js';
import { readInputFile } from '../input.js';
import { safeLine } from '../ui/escape-control-characters.js';
import { buildInput, findUnknownKeys, readInput, readStoredInput, type InputSource } from '../run/run-input.js';
import { runOnce, withSession, type RunSession } from '../run/session.js';
import { parseRunArguments, resolveTarget, type RunArguments } from '../run/target.js';
import type { Cli } from '../cli.js';
import type { OptionsOf } from '../command.js';
import type { RunStartOptions } from '../run/http-client.js';

const RUN_OPTIONS = {
    '-m, --memory <MB>': ["memory, a power of two: 512, 1GB (default: the Actor's own, else 1024)", megabytes],
    '-t, --timeout <TIME>': ["timeout: 90, 90s, 5m (0 = no limit; default: the Actor's own)", seconds],
    '-b, --build <TAG>': 'tag or number of the build (default: "latest")',
    '-e, --env <NAME=VALUE>': ['environment variable; NAME passes the current value (repeatable)', collect],
    '--env-file <FILE>': ['file with environment variables (repeatable)', collect],
    '--isolation <MODE>': ['isolation mode (default: "thread")', ISOLATIONS],
    '--max-items <N>': ['max paid items (visible to the Actor)', wholeNumber(1)],
    '--max-charge <USD>': ['max charge of a pay-per-event Actor', amount],
    '--debug': 'open an inspector and wait for a debugger before the first line',
    '--debug-port <PORT>': ['as --debug, on this port (0 = random)', wholeNumber(0, 65_535)],
} as const;

const run = defineCommand({
    description: `Run an Actor and show its log and results. The Actor is a folder, a module file, or the name or id of one in the storage directory.

The input is read from --input, --input-file or stdin. key=value arguments set properties in it, with the types of the input schema, else as JSON or text; \`a.b=1\` sets a nested property, a repeated key makes a list. Without any of these, the input is storage/key_value_stores/default/INPUT.json, as with \`apify run\`. The folder \`storage\` is only read: its named storages are imported once.

Ctrl+C aborts the run gracefully, a second Ctrl+C stops it immediately. The exit code is 0 if the run has SUCCEEDED, 124 if it has timed out, 130 after Ctrl+C, else 1.`,
    args: {
        '[actor]': 'folder, module file or name (default: current directory)',
        '[key=value...]': 'properties of the input',
    },
    options: {
        '-i, --input <JSON>': 'input as JSON',
        '-f, --input-file <FILE>': 'file with the input (- = stdin)',
        ...RUN_OPTIONS,
        '-w, --watch': 'run again when a file of the Actor changes',
        '--purge': 'first delete finished runs and unnamed storages, as `greenroom purge` does',
        '--show <N>': ['number of items to show', wholeNumber(0), 10],
        '-q, --quiet': 'hide log and progress',
        ...DATA_OPTIONS,
    },
    examples: {
        'greenroom run': 'Run the Actor of the current directory',
        'greenroom run ./my-actor url=https://example.com depth=2': 'Run another Actor with input',
        'greenroom run -f input.json --memory 512 --timeout 5m': 'Limit memory and time',
        'echo \'{"url":"https://example.com"}\' | greenroom run --json | jq .items': 'Use it in a pipe',
        'greenroom run --watch': 'Run again after each change',
    },
    async run(cli, flags, actor: string | undefined, more: string[]) {
        const args = parseRunArguments(actor === undefined ? [] : [actor, ...more], cli.cwd);
        const options = await readStartOptions(cli, flags);
        if (flags.watch) checkWatch(args, flags.json);
        const pendingInput = readInput(cli, flags, args.pairs.length > 0);
        // Awaited once the engine is open; until then, a rejection must not be reported as unhandled.
        pendingInput.catch(() => {});
        await withSession(cli, flags, async (session) => {
            const { client, api } = session;
            const source = await pendingInput;
            const start = async () => {
                if (flags.purge) await deletePlan(api, await planPurge(api), cli.err);
                const { id, input } = await prepare(cli, session, { args, source, build: options.build });
                return client.actor(id).start(input, { ...options, ...(input && { contentType: 'application/json' }) });
            };
            if (!flags.watch || args.folder === undefined) return runOnce(cli, session, start, flags.json);
            const { rerunOnChange } = await import('../run/rerun-on-change.js');
            return rerunOnChange(cli, { session, start }, args.folder, resolveStorageDir(cli, flags));
        });
    },
});

export const commands = { run };

function checkWatch({ folder, actor }: RunArguments, isJson = false): void {
    if (isJson) throw usageError('--watch cannot be combined with --json, which prints the result of one run.');
    if (folder === undefined)
        throw usageError(`--watch needs the folder of the Actor, but '${actor}' is a name. Pass a path: ./${actor}.`);
}

/** Converts the options of the command line to those of a run. */
async function readStartOptions(cli: Cli, flags: OptionsOf<typeof RUN_OPTIONS>): Promise<RunStartOptions> {
    const { memory, timeout, build, isolation, maxItems, maxCharge, debug, debugPort: port } = flags;
    checkMemory('--memory', memory);
    return {
        build,
        memory,
        timeout,
        maxItems,
        maxTotalChargeUsd: maxCharge,
        isolation,
        env: await readVariables(cli, flags),
        debug: debug || port !== undefined ? { port } : undefined,
    };
}

/** Reads environment variables from `--env-file` and from `--env`, which takes precedence. */
async function readVariables(
    { env, cwd }: Cli,
    { env: assignments = [], envFile: files = [] }: OptionsOf<typeof RUN_OPTIONS>,
): Promise<Record<string, string> | undefined> {
    const variables: Record<string, string | undefined> = {};
    for (const file of files)
        Object.assign(variables, util.parseEnv((await readInputFile(resolve(cwd, file), file)).toString()));
    for (const text of assignments) {
        const [name = '', ...rest] = text.split('=');
        if (!/^[A-Za-z_]\w*$/.test(name))
            throw usageError(`--env is '${text}', but must be NAME=VALUE, or NAME to pass the current value.`);
        const value = rest.length > 0 ? rest.join('=') : env[name];
        if (value === undefined)
            throw usageError(`--env ${name}: the variable is not set. Set it, or pass a value: --env ${name}=VALUE.`);
        variables[name] = value;
    }
    return Object.keys(variables).length > 0 ? (variables as Record<string, string>) : undefined;
}

/** Finds or registers the Actor and builds its input. Prints a hint for unknown keys. */
async function prepare(
    { err }: Cli,
    session: RunSession,
    { args, source, build }: { args: RunArguments; source: InputSource; build?: string },
): Promise<{ id: string; input: string | undefined }> {
    const actor = await resolveTarget(session, args);
    const { folder } = args;
    const hasInput = source.text !== undefined || args.pairs.length > 0;
    const used = hasInput ? source : folder && readStoredInput(folder);
    if (!used) return { id: actor.id, input: undefined };
    const buildId = taggedBuildOf(actor, build);
    const schemaText = buildId && (await session.client.build(buildId).get())?.inputSchema;
    const schema: unknown = schemaText && JSON.parse(schemaText);
    const input = buildInput(used, args.pairs, schema);
    for (const hint of findUnknownKeys(input, schema)) err.line(`${err.paint('yellow', 'warning:')} ${safeLine(hint)}`);
    return { id: actor.id, input };
}
