import { actorsFor } from './actors-for.js';
import { buildsFor, versionsFor } from './builds-for.js';
import { logsFor } from './logs-for.js';
import { nothingFor } from './nothing-for-nobody.js';
import { runsFor } from './runs-for.js';
import { storagesFor } from './storages-for.js';
import { NOBODY, viewerOf, type Viewer } from './viewer.js';
import type { ClientHost } from '../../client/client-host.js';
import type { BuildDirectory, VersionDirectory } from '../../client/build-directory.js';
import type { RunService } from '../../lifecycle/run-service.js';
import type { LogStore } from '../../logs/log-store.js';
import type { ActorRegistry } from '../../registry/actors.js';
import type { Storages } from '../../storage/storages.js';
import type { Clock } from '../../util/clock.js';
import type { QueueClients } from '../queue-clients.js';
import type { User, Users } from './users.js';

/** What is there once in an engine, whoever looks at it. */
export interface SharedParts {
    readonly users: Users;
    readonly storages: Storages;
    readonly actors: ActorRegistry;
    readonly versions: VersionDirectory;
    readonly builds: BuildDirectory;
    readonly runs: RunService;
    readonly logs: LogStore;
    readonly queueClients: QueueClients;
    readonly clock: Clock;
}

/** What each user has for themselves. */
export type OwnParts = Pick<ClientHost, 'account' | 'webhooks' | 'tasks' | 'schedules'>;

/** What the clients of a user stand on. */
export function hostFor(user: User, own: OwnParts, shared: SharedParts): ClientHost {
    return makeHost(viewerOf(user, shared.users), user, own, shared);
}

/** What the client of whoever has no token stands on. */
export function hostForNobody(shared: SharedParts): ClientHost {
    const own: OwnParts = {
        account: nothingFor(NOBODY, 'account'),
        webhooks: nothingFor(NOBODY, 'webhook'),
        tasks: nothingFor(NOBODY, 'Actor task'),
        schedules: nothingFor(NOBODY, 'schedule'),
    };
    return makeHost(NOBODY, { id: '', username: '', createdAt: new Date(0) }, own, shared);
}

function makeHost(viewer: Viewer, user: ClientHost['user'], own: OwnParts, shared: SharedParts): ClientHost {
    const { users, storages, queueClients, clock } = shared;
    const actors = actorsFor(viewer, shared.actors);
    const builds = buildsFor(viewer, shared.builds, shared.actors);
    const runs = runsFor(viewer, shared.runs, actors);
    return {
        ...own,
        user,
        findUser: (idOrName) => users.find(idOrName),
        storages: storagesFor(viewer, storages, (runId) => {
            return shared.runs.glance(runId)?.generalAccess === 'ANYONE_WITH_ID_CAN_READ';
        }),
        actors,
        versions: versionsFor(viewer, shared.versions, shared.actors),
        builds,
        runs,
        logs: logsFor(shared.logs, runs, builds),
        noteQueueClient: (runId, queueId, clientKey) => queueClients.note(runId, queueId, clientKey),
        queueClientsOf: (runId, queueId) => queueClients.of(runId, queueId),
        signingKeyOf: ({ id, userId }) => (viewer.owns(userId) ? own.account.sign(`storage ${id}`) : undefined),
        now: () => clock.now(),
    };
}
