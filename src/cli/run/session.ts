import { isEngineError } from '../../errors/engine-error.js';
import { Interrupts } from '../interrupts.js';
import { RunDisplay } from './display.js';
import { exitCodeOf, printOutcome, readOutcome, type RunOutcome } from './report.js';
import { openRunner, type Runner } from './runner.js';
import type { OptionsOf } from '../command.js';
import type { Cli } from '../cli.js';
import type { DATA_OPTIONS } from '../command.js';
import type { Run } from '../../model/run.js';

/** Options of commands that follow a run. */
export interface SessionOptions extends OptionsOf<typeof DATA_OPTIONS> {
    readonly quiet?: boolean;
    /** The number of items to show. */
    readonly show: number;
}

/** The runs of one call of a command; Ctrl+C aborts the current one, gracefully at first. */
export class RunSession {
    readonly runner: Runner;
    readonly display: RunDisplay;
    readonly interrupts: Interrupts;
    readonly #shown: number;
    #currentId: string | undefined;
    /** Set by an abort before the run exists. */
    #isAbortPending = false;
    hasRun = false;

    constructor(runner: Runner, display: RunDisplay, interrupts: Interrupts, shown: number) {
        this.runner = runner;
        this.display = display;
        this.interrupts = interrupts;
        this.#shown = shown;
        interrupts.listen((gracefully) => {
            display.print(gracefully ? 'Aborting gracefully. Press Ctrl+C again to stop now.' : 'Stopping now.');
            // A run that has just ended needs no abort.
            this.abort(gracefully).catch(() => {});
        });
    }

    /** Starts a run and shows it to its end. */
    async follow(start: () => Promise<Run>): Promise<RunOutcome> {
        try {
            const run = await start();
            this.#currentId = run.id;
            this.hasRun = true;
            if (this.#isAbortPending) await this.abort(false);
            return await readOutcome(this.runner, await this.display.follow(this.runner, run), this.#shown);
        } finally {
            this.#currentId = undefined;
            this.#isAbortPending = false;
        }
    }

    /** Aborts the current run, or the one that is about to start. */
    async abort(gracefully: boolean): Promise<void> {
        if (this.#currentId === undefined) this.#isAbortPending = true;
        else await this.runner.client.run(this.#currentId).abort({ gracefully });
    }
}

/** Opens a session for some work, and closes it afterwards. */
export async function withSession(
    cli: Cli,
    options: SessionOptions,
    work: (session: RunSession) => Promise<void>,
): Promise<void> {
    const { out, err } = cli;
    const display = new RunDisplay(options.json ? err : out, options.quiet ?? false);
    const interrupts = new Interrupts();
    const runner = await openRunner(cli, options, (line) => display.print(line));
    let session: RunSession | undefined;
    try {
        session = new RunSession(runner, display, interrupts, options.show);
        await work(session);
    } finally {
        await runner.close();
        if (session?.hasRun !== true) runner.undo();
        interrupts.stop();
    }
}

/** Runs an Actor once, and sets the exit code by the outcome. */
export async function runOnce(cli: Cli, session: RunSession, start: () => Promise<Run>, isJson = false): Promise<void> {
    try {
        const outcome = await session.follow(start);
        await printOutcome(cli, outcome, isJson);
        cli.exitCode = exitCodeOf(outcome.run, session.interrupts);
    } catch (error) {
        // The error of a start that was interrupted.
        if (session.interrupts.exitCode === undefined || !isEngineError(error)) throw error;
        cli.exitCode = session.interrupts.exitCode;
    }
}
