import {
    effectOf,
    parseNodeOptions,
    refuseUnsupported,
    splitNodeOptions,
    type NodeOption,
} from '../util/command-line/node-options.js';
import { expandShellValue, expandShellWord } from '../util/command-line/shell-words.js';
import type { Isolation } from '../model/execution.js';
import type { Launch, Runnable } from '../protocol/messages.js';

/** A launch, and what it needs of the executor. */
export interface PreparedLaunch {
    launch: Launch;
    /** The environment of the run, with the variables that the start command sets. */
    env: Record<string, string>;
    /** Options of Node that only a process can have. */
    processOptions: string[];
    /** Lines for the log of the run. */
    notes: string[];
}

const NO_COMMAND = { args: [], assignments: [], nodeOptions: [], notes: [] };

const PRELOADS = { '--require': 'require', '--loader': 'loader', '--import': 'import' } as const;

/**
 * Prepares the launch of a program: its arguments, its variables and the options of Node, from its start command and the
 * variable `NODE_OPTIONS`.
 *
 * @throws EngineError `actor-failed-to-start` for an option in that variable that is not possible in a run.
 */
export function prepareLaunch(runnable: Runnable, environment: Record<string, string>): PreparedLaunch {
    const { entry, startCommand } = runnable.type === 'program' ? runnable.program : {};
    const isPlain = entry === undefined || (startCommand === undefined && environment['NODE_OPTIONS'] === undefined);
    if (isPlain) {
        const argv = entry === undefined ? [] : [entry];
        const launch = { argv, execArgv: [], preloads: [], warnings: [] };
        return { launch, env: environment, processOptions: [], notes: [] };
    }
    const env = { ...environment };
    const { path, args, assignments, nodeOptions, notes } = startCommand ?? { ...NO_COMMAND, path: entry };
    const find = (name: string): string | undefined => env[name];
    for (const [name, word] of assignments) env[name] = expandShellValue(word, find);
    const argv = [path, ...args.flatMap((word) => expandShellWord(word, find))];
    const fromVariable = parseNodeOptions(splitNodeOptions(env['NODE_OPTIONS'] ?? '')).options;
    const options = [...fromVariable, ...parseNodeOptions(nodeOptions).options];
    refuseUnsupported(fromVariable, 'in `NODE_OPTIONS`', 'actor-failed-to-start');
    const having = (effect: ReturnType<typeof effectOf>): NodeOption[] =>
        options.filter((option) => effectOf(option) === effect);
    const ignored = having('ignored').map(describeIgnored);
    return {
        launch: createLaunch(argv, nodeOptions, options),
        env,
        processOptions: having('process').flatMap(({ words }) => words),
        notes: [...notes, ...ignored],
    };
}

function createLaunch(argv: readonly string[], execArgv: readonly string[], options: readonly NodeOption[]): Launch {
    // The order in which Node loads them does not depend on the command line.
    const preloads = Object.entries(PRELOADS).flatMap(([name, type]) =>
        options.filter((option) => option.name === name).map(({ value }) => ({ type, specifier: value })),
    );
    const warnings = options.filter((option) => effectOf(option) === 'warnings').map(({ name }) => name);
    return { argv, execArgv, preloads, warnings };
}

function describeIgnored({ name, words }: NodeOption): string {
    const instead = name.startsWith('--watch') ? '`greenroom dev`' : 'the option `debug`';
    return `\`${words.join(' ')}\` has no effect in a run. Use ${instead}.`;
}

/** Returns the isolation of a run, and the lines for its log: also if it differs from the requested one. */
export function chooseLaunchIsolation(
    requested: Isolation,
    { launch, processOptions, notes }: PreparedLaunch,
): { isolation: Isolation; notes: readonly string[] } {
    const options = processOptions.join(' ');
    if (requested === 'inline') {
        const { argv, execArgv, preloads } = launch;
        const isPlain = argv.length <= 1 && execArgv.length === 0 && preloads.length === 0 && options === '';
        const note = 'The run is inline, so the options and arguments of the start command have no effect.';
        return { isolation: requested, notes: isPlain ? notes : [...notes, note] };
    }
    if (requested === 'process' || options === '') return { isolation: requested, notes };
    const note = `The run uses a process, because a thread cannot have \`${options}\`.`;
    return { isolation: 'process', notes: [...notes, note] };
}
