import type { Client } from '../../src/model/client/client.js';

/** One call of the last method of a chain: `run('abc').reboot()` is `['run', ['abc'], 'reboot', []]`. */
export type RecordedCall = unknown[];

/** A client that has every method, does nothing, and remembers what it was asked for. */
export function recordingClient(result: unknown = {}): { client: Client; calls: RecordedCall[] } {
    const calls: RecordedCall[] = [];
    const client = new Proxy({} as Client, {
        get: (_client, name: string | symbol) =>
            typeof name === 'symbol'
                ? undefined
                : (...args: unknown[]) => {
                      return new Proxy(
                          {},
                          {
                              get: (_resource, method: string) =>
                                  method === 'then'
                                      ? undefined
                                      : async (...methodArgs: unknown[]) => {
                                            calls.push([name, args, method, methodArgs]);
                                            return result;
                                        },
                          },
                      );
                  },
    });
    return { client, calls };
}
