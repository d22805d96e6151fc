const LOOPBACK_V4 = /^(::ffff:)?127(\.\d{1,3}){3}$/;
/** The IPv4-mapped form, as `URL` normalizes it. */
const MAPPED_V4 = /^::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}$/;

/**
 * True if a host name or address is this machine's loopback. Names are not resolved: a DNS query would reveal them.
 *
 * @param host - In lower case, without brackets and without a trailing dot.
 */
export function isLoopback(host: string): boolean {
    return (
        host === 'localhost' ||
        host.endsWith('.localhost') ||
        host === '::1' ||
        LOOPBACK_V4.test(host) ||
        MAPPED_V4.test(host)
    );
}
