import { syncBuiltinESMExports } from 'node:module';
import { API_BASE_URL } from '../../protocol/api.js';
import { redirectInherited, runWithOutputFiles } from './standard-streams.js';
import { resolvePath, workingDirectory } from './working-directory.js';
import { replaceFunction, type Functions } from '../replace-function.js';
import type { ChildProcess } from 'node:child_process';
import type { MessageSink } from '../channel/host-connection.js';

interface SpawnInternals extends ChildOptions {
    /** Environment entries as `name=value`. */
    envPairs?: string[];
}

/** Options of child processes that a thread changes. */
interface ChildOptions {
    cwd?: unknown;
    env?: NodeJS.ProcessEnv;
    stdio?: unknown;
}

/** Members that Node's types omit. */
interface ChildProcessInternals {
    prototype: { spawn(this: ChildProcess, options: SpawnInternals): unknown };
}

/** Functions that block until their process ends. None of them calls another through its public name. */
const SYNC_FUNCTIONS = ['spawnSync', 'execSync', 'execFileSync'] as const;

let isPatched = false;

/**
 * Reports the processes that the Actor starts, such as browsers, to the host. They outlive a thread, so that the host
 * must end those that are left.
 */
export function reportChildProcesses(sink: MessageSink): void {
    if (isPatched) return;
    isPatched = true;
    const childProcess = process.getBuiltinModule('node:child_process');
    patchSpawn(childProcess.ChildProcess as unknown as ChildProcessInternals, sink);
    for (const name of SYNC_FUNCTIONS) reportBefore(childProcess as unknown as Functions, name, sink);
    syncBuiltinESMExports();
}

function patchSpawn({ prototype }: ChildProcessInternals, sink: MessageSink): void {
    const { spawn } = prototype;
    prototype.spawn = function (options) {
        const redirect = prepareForThread(options);
        const result = spawn.call(this, withChildPairs(options));
        redirect(this);
        const { pid } = this;
        if (pid !== undefined) {
            sink.post({ type: 'child-started', pid });
            this.once('exit', () => sink.post({ type: 'child-ended', pid }));
        }
        return result;
    };
}

/**
 * Gives a child process of a thread the thread's own working directory, and the log instead of the host's streams.
 *
 * @returns A function to call with the process when it has started.
 */
function prepareForThread(options: SpawnInternals): (child: ChildProcess) => void {
    if (workingDirectory() === undefined) return () => {};
    options.cwd = resolvePath(options.cwd) ?? workingDirectory();
    return redirectInherited(options);
}

/** Reports before the call: while it blocks, the thread sends nothing. */
function reportBefore(childProcess: Functions, name: string, sink: MessageSink): void {
    replaceFunction(childProcess, name, (original, self, args) => {
        sink.post({ type: 'child-started' });
        const position = findOptions(name, args);
        const options = (args[position] ?? {}) as ChildOptions;
        // Node reports what is wrong.
        if (typeof options !== 'object') return Reflect.apply(original, self, args);
        const call = (changed: ChildOptions): unknown => {
            const env = buildChildEnv(changed.env ?? process.env);
            return Reflect.apply(original, self, [...Array.from({ ...args, length: position }), { ...changed, env }]);
        };
        if (workingDirectory() === undefined) return call(options);
        return runWithOutputFiles({ ...options, cwd: resolvePath(options.cwd) ?? workingDirectory() }, call);
    });
}

/** Returns the position of the options: after the command or, except with a shell, after its arguments. */
function findOptions(name: string, [, second]: readonly unknown[]): number {
    if (name === 'execSync') return 1;
    return typeof second === 'object' && second !== null && !Array.isArray(second) ? 1 : 2;
}

/** Changes the options in place, since Node's own code continues with the same object. */
function withChildPairs(options: SpawnInternals): SpawnInternals {
    const { envPairs } = options;
    if (!Array.isArray(envPairs)) return options;
    const pairs = envPairs.map((pair) => {
        // On Windows, a name may start with an equals sign.
        const end = pair.indexOf('=', 1);
        return [pair.slice(0, end), pair.slice(end + 1)];
    });
    const env = buildChildEnv(Object.fromEntries(pairs) as NodeJS.ProcessEnv);
    options.envPairs = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    return options;
}

/** A variable that marks an environment as derived from the run's own. */
const RUN_MARKER = 'ACTOR_RUN_ID';

type Variables = Readonly<Record<string, string>>;

let variables: Variables | undefined = {};
let loadVariables: () => Variables | undefined = () => ({});

/**
 * Sets the variables that differ for the processes and threads that the Actor starts: they reach the engine through
 * sockets, while this thread or process does not.
 *
 * @param load - Called before the first process or thread is started; before the next one too if it returned undefined.
 */
export function setChildVariables(load: () => Variables | undefined): void {
    variables = undefined;
    loadVariables = load;
}

/** Returns the variables that differ for the processes and threads that the Actor starts. */
export function childVariables(): Variables {
    variables ??= loadVariables();
    return variables ?? {};
}

/** Returns the environment for a process or thread that the Actor starts, based on the one that the Actor passes. */
export function buildChildEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    if (env[RUN_MARKER] === undefined) return env;
    const changed = Object.entries(childVariables()).filter(([name]) => isEngineValue(env[name]));
    return { ...env, ...Object.fromEntries(changed) };
}

/** True if the value is unset or the engine's own, so that it may be replaced. */
function isEngineValue(value: string | undefined): boolean {
    return value === undefined || value.replace(/\/$/, '') === API_BASE_URL;
}
