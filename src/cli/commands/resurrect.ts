import { amount, DATA_OPTIONS, defineCommand, megabytes, seconds, wholeNumber } from '../command.js';
import { findServer, requireDirectory, storageDirOf } from '../engine/connect.js';
import { findRun, RUN_ARGUMENT } from '../engine/resolve.js';
import { badUsage } from '../errors.js';
import { runOnce, withSession } from '../run/session.js';

/** `greenroom runs resurrect`. Without a server the run is in this process. */
export const resurrect = defineCommand({
    description:
        'Resurrect a finished run and follow it; it keeps its storages and options, the timeout restarts (shortcut: greenroom resurrect)',
    args: { '<run>': RUN_ARGUMENT },
    options: {
        '-b, --build <BUILD>': 'tag or number of the build',
        '-m, --memory <MB>': ['memory: 512, 1GB', megabytes],
        '--timeout <TIME>': ['timeout: 90 (seconds), 5m (0 = no limit)', seconds],
        '--max-items <N>': ['max paid items', wholeNumber(1)],
        '--max-charge <USD>': ['max charge', amount],
        '--restart-on-error': 'restart when it fails',
        '-d, --detach': 'do not wait for the end (needs a server)',
        '--show <N>': ['number of items to show', wholeNumber(0), 10],
        '-q, --quiet': 'hide log and progress',
        ...DATA_OPTIONS,
    },
    examples: { 'greenroom runs resurrect last --memory 2GB': 'With more memory' },
    async run(cli, options, reference: string) {
        const { build, memory, timeout, maxItems, maxCharge: maxTotalChargeUsd, restartOnError, detach } = options;
        const hasServer = findServer(cli, options) !== undefined;
        if (!hasServer) requireDirectory(storageDirOf(cli, options), false);
        if (detach && !hasServer)
            throw badUsage(
                '--detach needs a server; start one with `greenroom dev`. Without it, the run is in this process.',
            );
        await withSession(cli, options, async (session) => {
            const { client, api } = session.runner;
            const start = async () => {
                const { id } = await findRun(api, reference);
                const changes = { build, memory, timeout, maxItems, maxTotalChargeUsd, restartOnError };
                return client.run(id).resurrect(changes);
            };
            if (!detach) return runOnce(cli, session, start, options.json);
            const run = await start();
            const text = `Run ${run.id} is ${run.status}. Follow it: greenroom log ${run.id} --follow`;
            if (options.json) cli.terminal.json(run);
            else cli.terminal.out.line(text);
        });
    },
});
