import { EngineError } from '../../errors/engine-error.js';
import { isTerminal } from '../../model/status.js';
import { withApi } from '../api/with-api.js';
import { findActor, type ActorRecord } from '../find/find-actor.js';
import { pathOf } from '../find/path-of.js';
import { harmless } from '../terminal/harmless.js';
import { formatDuration } from '../terminal/units.js';
import type { Build } from '../../model/actor.js';
import type { Api } from '../api/api.js';
import type { AsJson } from '../api/as-json.js';
import type { CommandAction, CommandCall } from '../command.js';

type BuildRecord = AsJson<Build>;

const WAIT_SECS = 60;

/** `actors build`. Ends with the build: 0 if it has succeeded. */
export const buildActor: CommandAction = (call) =>
    withApi(call, async (api) => {
        const { words, terminal } = call;
        const actor = await findActor(api, words.args[0]!);
        const query = { version: versionOf(call, actor), tag: words.text('tag') };
        const { id } = await api.post<BuildRecord>(pathOf('acts', actor.id, 'builds'), { query });
        for await (const text of api.text(pathOf('actor-builds', id, 'log'), { query: { stream: true } })) {
            void terminal.err.write(harmless(text));
        }
        const build = await endOf(api, id);
        if (words.flag('json')) terminal.json(build);
        else if (build.status === 'SUCCEEDED') {
            const took = formatDuration(build.stats?.durationMillis ?? 0);
            terminal.out.line(`Built ${actor.username}/${actor.name} ${build.buildNumber} in ${took}.`);
        } else
            terminal.err.line(
                `The build ${build.buildNumber} is ${build.status}: ${harmless(build.statusMessage ?? '')}`,
            );
        return build.status === 'SUCCEEDED' ? 0 : 1;
    });

/** The latest one unless somebody says otherwise. */
function versionOf({ words }: CommandCall, { name, versions }: ActorRecord): string {
    const given = words.text('version-number');
    const numbers = versions.map(({ versionNumber }) => versionNumber);
    if (given !== undefined && !numbers.includes(given)) {
        throw words.bad(`The Actor ${name} has no version ${given}. It has: ${numbers.join(', ')}.`);
    }
    const version = given ?? numbers.at(-1);
    if (version !== undefined) return version;
    throw new EngineError('invalid-value', `The Actor \`${name}\` has no version that could be built.`, {
        details: { actor: name },
    });
}

async function endOf(api: Api, id: string): Promise<BuildRecord> {
    for (;;) {
        const build = await api.get<BuildRecord>(pathOf('actor-builds', id), { query: { waitForFinish: WAIT_SECS } });
        if (isTerminal(build.status)) return build;
    }
}
