import { isTerminal, type JobStatus } from '../../model/status.js';
import { formatLogLine } from '../output/log-line.js';
import { safeLine } from '../output/safe-text.js';
import { statusStyle, type Output } from '../output/terminal.js';
import { formatCount, formatDuration, formatTime } from '../output/units.js';
import type { Engine } from '../../engine/engine.js';
import type { Actor } from '../../model/actor.js';
import type { Run } from '../../model/run.js';

/** Log lines of a run that are printed per second; further ones are only counted. */
const LINES_PER_SECOND = 20;
const ID_LETTERS = 6;
/** Of a time, `14:05:09`. */
const TIME_LETTERS = 8;

interface ActiveRun {
    readonly actId: string;
    second: number;
    lines: number;
    skipped: number;
}

/** Prints the starts, ends and log lines of all runs of an engine, with the Actor's name in front. */
export class RunFeed {
    readonly #engine: Engine;
    readonly #output: Output;
    readonly #active = new Map<string, ActiveRun>();
    /** Names of Actors by their ids. */
    readonly #names = new Map<string, string>();

    constructor(engine: Engine, output: Output) {
        this.#engine = engine;
        this.#output = output;
        engine.on('run.created', ({ run }) => this.#onStart(run));
        engine.on('run.log', ({ runId, line }) => this.#onLine(runId, line));
        engine.on('run.status-changed', ({ run }) => this.#onStatus(run));
    }

    /** Sets the name of an Actor, so that the first lines of its runs have it. */
    setName({ id, name }: Actor): void {
        this.#names.set(id, name);
    }

    #onStart(run: Run): void {
        const { actId } = run;
        this.#active.set(run.id, { actId, second: 0, lines: 0, skipped: 0 });
        if (!this.#names.has(actId)) {
            const actor = this.#engine.client.actor(actId).get();
            // Until then, or if it fails, the id is shown.
            actor.then((found) => found && this.setName(found)).catch(() => {});
        }
        this.#print(run.id, `${this.#output.paint(statusStyle('RUNNING'), '▶ started')} by ${run.meta.origin}`);
    }

    #onStatus(run: Run): void {
        const { status, stats } = run;
        if (status === 'RUNNING' || status === 'READY') return;
        this.#printSkipped(run.id);
        const painted = this.#output.paint(statusStyle(status), `${markOf(status)} ${status}`);
        const facts = isTerminal(status)
            ? ` in ${formatDuration(stats.durationMillis)}, ${formatCount(stats.datasetItems, 'item')}`
            : '';
        const message = run.statusMessage === undefined ? '' : ` · ${safeLine(run.statusMessage)}`;
        this.#print(run.id, painted + facts + message);
        if (isTerminal(status)) this.#active.delete(run.id);
    }

    #onLine(runId: string, line: string): void {
        const active = this.#active.get(runId);
        if (active === undefined) return;
        const second = Math.floor(performance.now() / 1000);
        if (second !== active.second) {
            this.#printSkipped(runId);
            Object.assign(active, { second, lines: 0 });
        }
        active.lines++;
        if (active.lines <= LINES_PER_SECOND) this.#print(runId, formatLogLine(line, this.#output));
        else active.skipped++;
    }

    #printSkipped(runId: string): void {
        const active = this.#active.get(runId);
        if (active === undefined || active.skipped === 0) return;
        const text = `… ${formatCount(active.skipped, 'more line')}: greenroom log ${runId}`;
        this.#print(runId, this.#output.paint('dim', text));
        active.skipped = 0;
    }

    #print(runId: string, text: string): void {
        const actId = this.#active.get(runId)?.actId ?? '';
        const label = `${safeLine(this.#names.get(actId) ?? actId)} ${runId.slice(0, ID_LETTERS)}`;
        const time = formatTime(new Date()).slice(-TIME_LETTERS);
        this.#output.line(`${this.#output.paint('dim', `${time} ${label}`)} ${text}`);
    }
}

function markOf(status: JobStatus): string {
    if (!isTerminal(status)) return '■';
    return status === 'SUCCEEDED' ? '✔' : '✖';
}
