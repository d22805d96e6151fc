import { withApi } from '../api/with-api.js';
import { findActor, type ActorRecord } from '../find/find-actor.js';
import { printRecord, type RecordLine } from '../lists/print-record.js';
import { formatBytes, formatDuration, formatTime, formatWhole } from '../terminal/units.js';
import type { CommandAction } from '../command.js';

/** `actors info`. */
export const showActor: CommandAction = (call) =>
    withApi(call, async (api) => {
        const actor = await findActor(api, call.words.args[0]!);
        printRecord(call, actor, linesOf(actor));
    });

function linesOf(actor: ActorRecord): RecordLine[] {
    const { defaultRunOptions: options, stats } = actor;
    const tags = Object.entries(actor.taggedBuilds).map(([tag, { buildNumber }]) => `${tag}: ${buildNumber}`);
    return [
        ['Id', actor.id],
        ['Name', `${actor.username}/${actor.name}`],
        ['Title', actor.title],
        ['Description', actor.description],
        ['Public', actor.isPublic ? 'yes' : undefined],
        ['Versions', actor.versions.map(({ versionNumber }) => versionNumber).join(', ')],
        ['Builds', tags.length === 0 ? 'none yet' : tags.join(', ')],
        ['Runs with', runOptionsOf(options)],
        ['Isolation', actor.isolation],
        ['Runs', formatWhole(stats.totalRuns)],
        ['Last run', formatTime(stats.lastRunStartedAt)],
        ['Made', formatTime(actor.createdAt)],
        ['Modified', formatTime(actor.modifiedAt)],
    ];
}

function runOptionsOf({ build, memoryMbytes, timeoutSecs }: ActorRecord['defaultRunOptions']): string {
    const timeout = timeoutSecs === 0 ? 'no timeout' : `a timeout of ${formatDuration(timeoutSecs * 1000)}`;
    return `build ${build}, ${formatBytes(memoryMbytes * 1024 ** 2)}, ${timeout}`;
}
