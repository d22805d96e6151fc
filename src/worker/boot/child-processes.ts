import { syncBuiltinESMExports } from 'node:module';
import { API_BASE_URL } from '../../protocol/api.js';
import type { ChildProcess } from 'node:child_process';
import type { MessageSink } from '../channel/host-connection.js';

interface SpawnInternals {
    /** The environment as `name=value`. */
    envPairs?: string[];
}

/** Members of Node that its types leave out. */
interface ChildProcessInternals {
    prototype: { spawn(this: ChildProcess, options: SpawnInternals): unknown };
}

/** The functions that wait for what they start; none of them calls another one by its public name. */
const SYNC_FUNCTIONS = ['spawnSync', 'execSync', 'execFileSync'] as const;

type AnyFunction = (...args: unknown[]) => unknown;

let isPatched = false;

/**
 * Tells the host of the processes that the Actor starts, such as browsers: they outlive a thread, so that the host has to
 * end those that are left.
 */
export function reportChildProcesses(sink: MessageSink): void {
    if (isPatched) return;
    isPatched = true;
    const childProcess = process.getBuiltinModule('node:child_process');
    patchSpawn(childProcess.ChildProcess as unknown as ChildProcessInternals, sink);
    const functions = childProcess as unknown as Record<string, AnyFunction>;
    for (const name of SYNC_FUNCTIONS) functions[name] = reportBefore(functions[name]!, sink);
    syncBuiltinESMExports();
}

function patchSpawn({ prototype }: ChildProcessInternals, sink: MessageSink): void {
    const { spawn } = prototype;
    prototype.spawn = function (options) {
        const result = spawn.call(this, withChildPairs(options));
        const { pid } = this;
        if (pid !== undefined) {
            sink.post({ type: 'child-started', pid });
            this.once('exit', () => sink.post({ type: 'child-ended', pid }));
        }
        return result;
    };
}

/** Told beforehand: while it waits, the thread tells of nothing. */
function reportBefore(original: AnyFunction, sink: MessageSink): AnyFunction {
    const wrapped: AnyFunction = (...args) => {
        sink.post({ type: 'child-started' });
        return original(...withChildOptions(args));
    };
    return Object.defineProperty(wrapped, 'name', { value: original.name });
}

/** In place, since Node's own code goes on with the very same options. */
function withChildPairs(options: SpawnInternals): SpawnInternals {
    const { envPairs } = options;
    if (!Array.isArray(envPairs)) return options;
    const pairs = envPairs.map((pair) => {
        // On Windows, names may begin with the sign.
        const end = pair.indexOf('=', 1);
        return [pair.slice(0, end), pair.slice(end + 1)];
    });
    const env = buildChildEnv(Object.fromEntries(pairs) as NodeJS.ProcessEnv);
    options.envPairs = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    return options;
}

/** The arguments of a function whose options come last, if there are any. */
function withChildOptions(args: readonly unknown[]): unknown[] {
    const last = args.at(-1);
    const hasOptions = args.length > 1 && typeof last === 'object' && last !== null && !Array.isArray(last);
    const options = hasOptions ? (last as { env?: NodeJS.ProcessEnv }) : {};
    const env = buildChildEnv(options.env ?? process.env);
    return [...(hasOptions ? args.slice(0, -1) : args), { ...options, env }];
}

/** A variable that every environment has that was made of the run's own. */
const RUN_MARKER = 'ACTOR_RUN_ID';

let variables: Readonly<Record<string, string>> = {};

/**
 * Says what of the run's environment is different for the processes that the Actor starts: they reach the engine over
 * sockets, as this thread or process does not.
 */
export function setChildVariables(given: Readonly<Record<string, string>> = {}): void {
    variables = given;
}

/** The environment for a process that the Actor starts, made of what the Actor would give it. */
function buildChildEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    if (env[RUN_MARKER] === undefined) return env;
    return { ...env, ...Object.fromEntries(Object.entries(variables).filter(([name]) => isEngineValue(env[name]))) };
}

/** Whether a value is the engine's to change, and not one that the Actor has set. */
function isEngineValue(value: string | undefined): boolean {
    return value === undefined || value === API_BASE_URL;
}
