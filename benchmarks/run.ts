import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { backpressure } from './cases/backpressure.js';
import { commandLine } from './cases/command-line.js';
import { crawl } from './cases/crawl.js';
import { diskDataset } from './cases/disk-dataset.js';
import { diskQueue } from './cases/disk-queue.js';
import { diskRecords } from './cases/disk-records.js';
import { diskRuns } from './cases/disk-runs.js';
import { engineStart } from './cases/engine-start.js';
import { fairness } from './cases/fairness.js';
import { growth } from './cases/growth.js';
import { httpRequests } from './cases/http-requests.js';
import { idleEngine } from './cases/idle-engine.js';
import { manyRuns } from './cases/many-runs.js';
import { pooledRun } from './cases/pooled-run.js';
import { keptRuns } from './cases/kept-runs.js';
import { pushData, sdkPushData } from './cases/push-data.js';
import { queueConsume, sdkQueueConsume } from './cases/queue-consume.js';
import { sdkRun } from './cases/sdk-run.js';
import { sdkSetValue, setValue } from './cases/set-value.js';
import { sustainedRuns } from './cases/sustained-runs.js';
import { threadRun } from './cases/thread-run.js';
import { meetsGoal, type Case, type Result, type Skipped } from './harness.js';
import { formatMarkdown, formatTable, toRecords } from './report.js';

const CASES: readonly Case[] = [
    engineStart,
    idleEngine,
    threadRun,
    sustainedRuns,
    pooledRun,
    manyRuns,
    pushData,
    setValue,
    queueConsume,
    growth,
    keptRuns,
    diskDataset,
    diskRecords,
    diskQueue,
    diskRuns,
    httpRequests,
    fairness,
    backpressure,
    commandLine,
    sdkRun,
    sdkPushData,
    sdkSetValue,
    sdkQueueConsume,
    crawl,
];

process.exitCode = await main();

async function main(): Promise<number> {
    const { values: options, positionals: names } = parseArgs({
        allowPositionals: true,
        options: { json: { type: 'string' }, markdown: { type: 'string' }, help: { type: 'boolean', default: false } },
    });
    const unknown = names.filter((name) => !CASES.some((candidate) => candidate.name === name));
    if (options.help || unknown.length > 0) {
        if (unknown.length > 0) console.error(`Unknown case: ${unknown.join(', ')}\n`);
        console.log(usage());
        return unknown.length > 0 ? 2 : 0;
    }

    const { results, hasFailed } = await runCases(
        CASES.filter(({ name }) => names.length === 0 || names.includes(name)),
    );
    const environment = `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}`;
    console.log(`\n${environment}\n`);
    console.log(formatTable(results));
    const goals = results
        .map((result) => ('skipped' in result ? undefined : meetsGoal(result)))
        .filter((met) => met !== undefined);
    console.log(`\n${goals.filter(Boolean).length} of ${goals.length} goals met.`);
    if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(toRecords(results), null, 4)}\n`);
    if (options.markdown !== undefined) {
        const date = new Date().toISOString().slice(0, 10);
        writeFileSync(options.markdown, `${environment}, ${date}\n\n${formatMarkdown(results)}\n`);
    }
    return hasFailed ? 1 : 0;
}

/** Runs the cases in sequence. A case that fails is reported, and the next one runs. */
async function runCases(cases: readonly Case[]): Promise<{ results: (Result | Skipped)[]; hasFailed: boolean }> {
    const results: (Result | Skipped)[] = [];
    let hasFailed = false;
    for (const { name, question, run } of cases) {
        console.error(`${name}: ${question}`);
        try {
            for await (const result of run()) results.push(result);
        } catch (error) {
            hasFailed = true;
            console.error(`${name} failed:`, error);
        }
    }
    return { results, hasFailed };
}

function usage(): string {
    const cases = CASES.map(({ name, question }) => `  ${name.padEnd(19)}${question}`).join('\n');
    return `Usage: npm run bench -- [case…] [--json <file>] [--markdown <file>]\n\nCases (default: all):\n${cases}`;
}
