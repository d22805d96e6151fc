import { createAccess } from './access.js';
import { Listeners, type Listener } from './listeners.js';
import { RunEvents } from './run-events.js';
import { RunTokens } from './run-tokens.js';
import type { RunExternalAccess } from '../lifecycle/dependencies.js';
import type { Client } from '../model/client.js';
import type { EngineEvents } from '../model/events.js';
import type { Emitter } from '../util/emitter.js';
import type { ConsoleDesk } from './console-desk.js';
import type { ListenOptions } from './listen-options.js';
import type { EngineServices } from './services.js';
import type { User } from './users/users.js';

/** What {@link createOutside} stands on. */
export interface OutsideParts {
    readonly emitter: Emitter<EngineEvents>;
    /** The parts of the engine as they are at that moment; not there yet when this is made. */
    readonly parts: () => EngineServices;
    readonly clientOfUser: (user: User) => Client;
    /** The engine's time, in milliseconds since the epoch. */
    readonly now: () => number;
}

/** The ways into one engine from outside of its process, and out of it to what its runs have started. */
export interface Outside extends RunExternalAccess {
    /** Where the engine is reached, if anywhere. */
    readonly url: string | undefined;
    fetch(request: Request): Promise<Response>;
    listen(options: ListenOptions | undefined): Promise<Listener>;
    /** Lets nobody in any more. */
    close(options: { force: boolean }): Promise<void>;
}

/** Makes the ways into an engine. Nothing listens, and nothing is loaded, before it is asked for. */
export function createOutside({ emitter, parts, clientOfUser, now }: OutsideParts): Outside {
    const tokens = new RunTokens(() => parts().users.first.token);
    const events = new RunEvents(emitter, (runId) => parts().runs.glance(runId)?.status);
    let consoles: ConsoleDesk | undefined;
    const openConsoles = async (): Promise<ConsoleDesk> => {
        const desk = await import('./console-desk.js');
        return (consoles ??= new desk.ConsoleDesk(emitter, parts));
    };
    let isClosed = false;
    const access = createAccess({
        tokens,
        users: () => parts().users,
        clientOfUser,
        clientOfRun: (runId) => parts().actorApi.clientOf(runId),
        clientOfNobody: () => parts().clientOfNobody(),
        faultsOf: (runId) => parts().faults.get(runId),
        glance: (runId) => parts().runs.glance(runId),
        storages: () => parts().storages,
        isClosed: () => isClosed,
        now,
    });
    const ownerClient = (): Client => clientOfUser(parts().users.first);
    const listeners = new Listeners({ access, events, openConsoles, tokens, ownerClient });
    return {
        get url() {
            return listeners.url;
        },
        async fetch(request) {
            const { answerFetch } = await import('../api/api.js');
            return answerFetch(request, access);
        },
        listen: (options) => listeners.open(options),
        async close(options) {
            await listeners.close(options);
            isClosed = true;
        },
        tokenOf: (runId) => tokens.of(runId),
        variablesFor: (runId) => listeners.variablesFor(runId),
        tell: (runId, event) => events.tell(runId, event),
        tellUsage(runId, usage) {
            events.tellUsage(runId, usage);
            consoles?.tellUsage(runId, usage);
        },
    };
}
