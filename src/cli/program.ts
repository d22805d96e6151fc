import { readVersion, type Cli } from './cli.js';
import { addEntry, Command, CommanderError, getFullName, type CommandEntry } from './command.js';
import { usageError, reportError } from './errors.js';
import { openOutput } from './ui/terminal.js';

const MAX_HELP_WIDTH = 100;
/** The heading of commands that the help does not list. */
const HIDDEN = '';

/** A command or a group of commands; its module is loaded only when it is called. */
type LazyCommand = { summary: string; load: () => Promise<{ commands: Readonly<Record<string, CommandEntry>> }> };

/** All commands by the headings of the help. To add one, write its module and add a line here. */
export const COMMANDS: Readonly<Record<string, Readonly<Record<string, LazyCommand>>>> = {
    'Run Actors:': {
        init: { summary: 'Create an Actor from a template', load: () => import('./commands/init.js') },
        run: { summary: 'Run an Actor and show its log and results', load: () => import('./commands/run.js') },
        dev: {
            summary: 'Serve Actors and the console, and watch for changes',
            load: () => import('./commands/serve.js'),
        },
        serve: { summary: 'Serve Actors and the console without watching', load: () => import('./commands/serve.js') },
    },
    'Runs:': {
        runs: { summary: 'Manage runs', load: () => import('./commands/runs.js') },
        log: { summary: 'Print the log of a run or a build', load: () => import('./commands/log.js') },
        purge: { summary: 'Delete finished runs and unnamed storages', load: () => import('./commands/purge.js') },
    },
    'Storages:': {
        dataset: { summary: 'Manage datasets', load: () => import('./commands/dataset.js') },
        kv: { summary: 'Manage key-value stores', load: () => import('./commands/kv.js') },
        queue: { summary: 'Manage request queues', load: () => import('./commands/queue.js') },
        export: { summary: "Write storages in Crawlee's layout", load: () => import('./commands/transfer.js') },
        import: { summary: "Read storages in Crawlee's layout", load: () => import('./commands/transfer.js') },
    },
    'Shell:': {
        completion: { summary: 'Print a shell completion script', load: () => import('./commands/completion.js') },
    },
    [HIDDEN]: {
        complete: { summary: 'Complete the last word, for scripts', load: () => import('./commands/completion.js') },
    },
};

/** Aliases: the names of the platform's command line, and shortcuts to commands of groups. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
    datasets: ['dataset'],
    'key-value-stores': ['kv'],
    'request-queues': ['queue'],
    abort: ['runs', 'abort'],
    resurrect: ['runs', 'resurrect'],
    reboot: ['runs', 'reboot'],
};

/** The standard streams of a process. */
export type Streams = Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr'>;

/** Runs a command line, without the program name. Returns the exit code. */
export async function runCommandLine(
    args: readonly string[],
    { streams, env, cwd }: Pick<Cli, 'env' | 'cwd'> & { readonly streams: Streams },
): Promise<number> {
    const flags = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
    const isVerbose = flags.includes('--verbose') || !['', '0', undefined].includes(env['GREENROOM_DEBUG']);
    const outputEnv = flags.includes('--no-color') ? { ...env, FORCE_COLOR: '0' } : env;
    const [out, err] = [openOutput(streams.stdout, outputEnv), openOutput(streams.stderr, outputEnv)];
    const cli: Cli = {
        out,
        err,
        // Node creates the stream on first access.
        get stdin() {
            return streams.stdin;
        },
        env,
        cwd,
        isVerbose,
        exitCode: 0,
    };
    let called: Command | undefined;
    try {
        const expanded = expandAliases(args);
        const program = await createProgram(cli, (name) => expanded.includes(name));
        for (const command of [program, ...program.commands])
            command.hook('preSubcommand', (_, subcommand) => void (called = subcommand));
        await program.parseAsync(expanded, { from: 'user' });
        return cli.exitCode;
    } catch (error) {
        if (error instanceof CommanderError && /^commander\.(?:help|version)/.test(error.code)) return 0;
        const thrown = error instanceof CommanderError ? usageError(error.message.replace(/^error: /, '')) : error;
        const command = called === undefined ? 'greenroom' : getFullName(called);
        return reportError(thrown, cli, command, flags.includes('--json'));
    }
}

/** Creates the program. Only the requested commands are loaded; the others have a name and a summary. */
export async function createProgram(cli: Cli, isRequested: (name: string) => boolean): Promise<Command> {
    const { out } = cli;
    const print = (text: string): void => out.line(text.trimEnd());
    const helpWidth = (): number => Math.min(out.width, MAX_HELP_WIDTH);
    const program = new Command('greenroom')
        .description('Runs Apify Actors on your machine, without Docker and without the cloud.')
        .version(readVersion(), '-v, --version', 'show the version')
        .option('--verbose', 'show all details of an error (env: GREENROOM_DEBUG=1)')
        .option('--no-color', 'turn colours off (env: NO_COLOR=1; FORCE_COLOR=1 turns them on)')
        .helpOption('-h, --help', 'show help')
        .helpCommand(false)
        .exitOverride()
        .configureOutput({
            writeOut: print,
            // Only the help for a group without a command is written here; the caller reports errors.
            writeErr: print,
            outputError: () => {},
            getOutHelpWidth: helpWidth,
            getErrHelpWidth: helpWidth,
            getOutHasColors: () => out.hasColours,
            getErrHasColors: () => out.hasColours,
        })
        .configureHelp({
            showGlobalOptions: true,
            subcommandTerm: (command) => command.name(),
            styleTitle: (text) => out.paint('bold', text),
            styleOptionTerm: (text) => out.paint('cyan', text),
            styleSubcommandTerm: (text) => out.paint('cyan', text),
            styleArgumentTerm: (text) => out.paint('cyan', text),
        })
        .addHelpText('after', helpAfter);
    for (const [heading, entries] of Object.entries(COMMANDS)) {
        for (const [name, { summary, load }] of Object.entries(entries)) {
            const command = program
                .command(name, { hidden: heading === HIDDEN })
                .summary(summary)
                .helpGroup(heading);
            if (isRequested(name)) addEntry(command.description(summary), (await load()).commands[name]!, cli);
        }
    }
    return program;
}

const helpAfter = `
Get started:
  greenroom init my-actor     create an Actor
  greenroom run my-actor      run it
  greenroom dev               run it from a console in the browser

Run \`greenroom COMMAND --help\` for the help of a command.`;

/** Resolves `help` and aliases: `help runs list` to `runs list --help`, `abort last` to `runs abort last`. */
function expandAliases(args: readonly string[]): readonly string[] {
    const [first = '--help', ...rest] = args;
    if (first === 'help') return expandAliases([...rest, '--help']);
    return [...(Object.hasOwn(ALIASES, first) ? ALIASES[first]! : [first]), ...rest];
}
