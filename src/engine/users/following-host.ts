import type { ClientHost } from '../../client/client-host.js';

/** What the clients of a user stand on who keep them: each thing is asked of the host that there is at that moment. */
export function followingHost(current: () => ClientHost): ClientHost {
    const storages = (): ClientHost['storages'] => current().storages;
    return {
        get user() {
            return current().user;
        },
        findUser: (idOrName) => current().findUser(idOrName),
        storages: {
            datasets: follow(() => storages().datasets),
            keyValueStores: follow(() => storages().keyValueStores),
            requestQueues: follow(() => storages().requestQueues),
            get publicBaseUrl() {
                return storages().publicBaseUrl;
            },
        },
        actors: follow(() => current().actors),
        versions: follow(() => current().versions),
        builds: follow(() => current().builds),
        runs: follow(() => current().runs),
        logs: follow(() => current().logs),
        account: follow(() => current().account),
        webhooks: follow(() => current().webhooks),
        tasks: follow(() => current().tasks),
        schedules: follow(() => current().schedules),
        noteQueueClient: (...args) => current().noteQueueClient(...args),
        queueClientsOf: (...args) => current().queueClientsOf(...args),
        signingKeyOf: (storage) => current().signingKeyOf(storage),
        now: () => current().now(),
    };
}

/** Stands for an object that may be replaced by another: its methods are those of the one that there is when they are called. */
function follow<Directory extends object>(current: () => Directory): Directory {
    const methods = new Map<PropertyKey, unknown>();
    return new Proxy({} as Directory, {
        get(_target, name) {
            const value: unknown = Reflect.get(current(), name);
            if (typeof value !== 'function') return value;
            let method = methods.get(name);
            if (method === undefined) {
                method = (...args: unknown[]): unknown => {
                    const directory = current();
                    return Reflect.apply(Reflect.get(directory, name) as () => unknown, directory, args);
                };
                methods.set(name, method);
            }
            return method;
        },
    });
}
