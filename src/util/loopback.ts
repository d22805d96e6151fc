import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/**
 * Whether a host is this machine by what it is called: `localhost` or a loopback address. Other names are not looked up,
 * also not those that lead here.
 */
export function isLoopback(host: string): boolean {
    if (host === 'localhost') return true;
    const family = isIP(host);
    return family !== 0 && loopback.check(host, family === 6 ? 'ipv6' : 'ipv4');
}
