import { amount, collect, megabytes, seconds, wholeNumber, type DataOptions, type Command } from '../command.js';
import { isEngineError } from '../../errors/engine-error.js';
import { ISOLATIONS } from '../../model/execution.js';
import { storageDirOf } from '../engine/connect.js';
import { badUsage } from '../errors.js';
import { Interrupts } from '../interrupts.js';
import { RunDisplay } from '../run/display.js';
import { openRunner } from '../run/open-runner.js';
import { exitCodeOf, printOutcome } from '../run/report.js';
import { readGivenInput, type InputOptions } from '../run/run-input.js';
import { RunSession } from '../run/session.js';
import { readStartOptions, type RunFlags } from '../run/start-options.js';
import { parseRunArguments, type RunTarget } from '../run/target.js';
import type { Cli } from '../cli.js';

/** The commands of this module. */
export const commands = { run };

/** `greenroom run` */
function run(command: Command, cli: Cli): void {
    command
        .description(DESCRIPTION)
        .argument('[actor]', 'folder, module file or name (default: current directory)')
        .argument('[key=value...]', 'properties of the input')
        .option('-i, --input <JSON>', 'input')
        .option('-f, --input-file <FILE>', 'file with the input; - is stdin');
    addRunOptions(command)
        .option('-w, --watch', 'run again when a file of the Actor changes')
        .option('--purge', 'first delete finished runs and unnamed storages, as `greenroom purge` does')
        .option('--show <N>', 'number of items to show', wholeNumber(0), 10)
        .option('-q, --quiet', 'hide log and progress')
        .action((actor: string | undefined, more: string[], options: RunCommandOptions) =>
            runActor(cli, actor === undefined ? [] : [actor, ...more], options),
        );
    command
        .dataOptions()
        .examples(
            ['greenroom run', 'The Actor of the current directory'],
            ['greenroom run ./my-actor url=https://example.com depth=2', 'Another one, with input'],
            ['greenroom run -f input.json --memory 512 --timeout 5m', 'With limits'],
            ['echo \'{"url":"https://example.com"}\' | greenroom run --json | jq .items', 'In a pipe'],
            ['greenroom run --watch', 'Again after each change'],
        );
}

const DESCRIPTION = `Run an Actor and show its log and results. The Actor is a folder, a module file, or the name or id of one in the storage directory.

The input is that of --input or --input-file, or what is piped in. key=value arguments set properties in it, with the types of the input schema, else as JSON or text; \`a.b=1\` is nested, a repeated key makes a list. Without any of these it is storage/key_value_stores/default/INPUT.json, as with \`apify run\`. The folder \`storage\` is only read: its named storages are imported once.

Ctrl+C aborts the run gracefully, a second Ctrl+C stops it. The exit code is 0 if the run has SUCCEEDED, 124 if it has timed out, 130 after Ctrl+C, else 1.`;

function addRunOptions(command: Command): Command {
    return command
        .option(
            '-m, --memory <MB>',
            "memory, a power of two: 512, 1GB (default: the Actor's own, else 1024)",
            megabytes,
        )
        .option('-t, --timeout <TIME>', "timeout: 90, 90s, 5m (0 = no limit; default: the Actor's own)", seconds)
        .option('-b, --build <TAG>', 'tag or number of the build (default: "latest")')
        .option('-e, --env <NAME=VALUE>', 'environment variable; NAME passes the current value (repeatable)', collect)
        .option('--env-file <FILE>', 'file with environment variables (repeatable)', collect)
        .choice('--isolation <MODE>', 'isolation mode (default: "thread")', ISOLATIONS)
        .option('--max-items <N>', 'max paid items (visible to the Actor)', wholeNumber(1))
        .option('--max-charge <USD>', 'max charge of a pay-per-event Actor', amount)
        .option('--debug', 'open an inspector and wait for a debugger before the first line')
        .option('--debug-port <PORT>', 'the same, on this port', wholeNumber(0, 65_535));
}

interface RunCommandOptions extends RunFlags, InputOptions, DataOptions {
    readonly watch?: boolean;
    readonly purge?: boolean;
    readonly show: number;
    readonly quiet?: boolean;
}

async function runActor(cli: Cli, words: readonly string[], flags: RunCommandOptions): Promise<void> {
    const { terminal, cwd } = cli;
    const { json = false, quiet = false, purge: purges = false, show: shown } = flags;
    const args = parseRunArguments(words, cwd);
    const options = readStartOptions(cli, flags);
    if (flags.watch) checkWatch(args.target, json);
    const display = new RunDisplay({ output: json ? terminal.err : terminal.out, isQuiet: quiet });
    const interrupts = new Interrupts();
    const reading = readGivenInput(cli, flags, args.pairs);
    // It is awaited once the engine is open, which takes as long.
    reading.catch(() => {});
    const { runner, undo } = await openRunner(cli, flags, (line) => display.print(line));
    let session: RunSession | undefined;
    try {
        const warn = (message: string): void =>
            terminal.err.line(`${terminal.err.paint('yellow', 'warning:')} ${message}`);
        const given = await reading;
        session = new RunSession({ args, options, given, runner, display, shown, purges, warn });
        const current = session;
        display.abortOn(interrupts, (how) => current.abort(how));
        if (flags.watch && args.target.kind === 'path') {
            const { watchRuns } = await import('../run/watch.js');
            const { folder } = args.target;
            cli.exitCode = await watchRuns({
                cli,
                session,
                display,
                interrupts,
                folder,
                storageDir: storageDirOf(cli, flags),
            });
        } else cli.exitCode = await runOnce(cli, session, interrupts, json);
    } finally {
        await runner.close();
        if (session?.hasRun !== true) undo();
        interrupts.stop();
    }
}

async function runOnce(cli: Cli, session: RunSession, interrupts: Interrupts, isJson: boolean): Promise<number> {
    try {
        const outcome = await session.runToEnd();
        await printOutcome(cli, outcome, isJson);
        return exitCodeOf(outcome.run, interrupts);
    } catch (error) {
        // The error of a start that was interrupted.
        if (interrupts.exitCode !== undefined && isEngineError(error)) return interrupts.exitCode;
        throw error;
    }
}

function checkWatch(target: RunTarget, isJson: boolean): void {
    if (isJson) throw badUsage('--watch cannot be combined with --json, which prints the end of one run.');
    if (target.kind === 'name')
        throw badUsage(
            `--watch needs the folder of the Actor, but '${target.name}' is a name. Pass a path: ./${target.name}.`,
        );
}
