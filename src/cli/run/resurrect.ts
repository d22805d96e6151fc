import type { DataOptions } from '../command.js';
import { findServer, requireDirectory, storageDirOf } from '../engine/connect.js';
import { badUsage } from '../errors.js';
import { Interrupts } from '../interrupts.js';
import { RunDisplay } from './display.js';
import { openRunner } from './open-runner.js';
import { exitCodeOf, printOutcome } from './report.js';
import { readOutcome } from './session.js';
import type { Cli } from '../cli.js';

/** Options of `greenroom runs resurrect`. */
export interface ResurrectOptions extends DataOptions {
    readonly build?: string;
    readonly memory?: number;
    readonly timeout?: number;
    readonly maxItems?: number;
    readonly maxCharge?: number;
    readonly restartOnError?: boolean;
    readonly detach?: boolean;
    readonly show: number;
    readonly quiet?: boolean;
}

/** Resurrects a run and shows it to its end; Ctrl+C aborts it. Without a server it runs in this process. */
export async function resurrectRun(cli: Cli, reference: string, options: ResurrectOptions): Promise<void> {
    const { build, memory, timeout, maxItems, maxCharge, restartOnError, detach, show, quiet = false, json } = options;
    const hasServer = findServer(cli, options) !== undefined;
    if (!hasServer) requireDirectory(storageDirOf(cli, options), false);
    if (detach && !hasServer)
        throw badUsage(
            '--detach needs a server; start one with `greenroom dev`. Without it, the run is in this process.',
        );
    const { terminal } = cli;
    const display = new RunDisplay({ output: json ? terminal.err : terminal.out, isQuiet: quiet });
    const interrupts = new Interrupts();
    const { runner } = await openRunner(cli, options, (line) => display.print(line));
    try {
        const changes = { build, memory, timeout, maxItems, maxTotalChargeUsd: maxCharge, restartOnError };
        const run = await runner.resurrect(reference, changes);
        if (detach && json) return terminal.json(run);
        if (detach)
            return terminal.out.line(`Run ${run.id} is ${run.status}. Follow it: greenroom log ${run.id} --follow`);
        display.abortOn(interrupts, (how) => runner.abort(run.id, how));
        const ended = await display.follow(runner, run);
        await printOutcome(cli, await readOutcome(runner, ended, show), json);
        cli.exitCode = exitCodeOf(ended, interrupts);
    } finally {
        await runner.close();
        interrupts.stop();
    }
}
